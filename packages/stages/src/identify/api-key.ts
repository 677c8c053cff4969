import { type ApiKeyEntry, type Call, type Method, type Principal, Problem } from '@sallyport/core'
import { fingerprint, hashKey, matchesKeyHash } from '@sallyport/tokens'
import { z } from 'zod'
import { addressList } from '../admit/address.ts'
import { guardKind } from '../kind.ts'
import { hasHeaderForScheme, placeSettings, placesLabel, placesOf, schemeWithoutHeader } from './place.ts'

const nobody: ReadonlySet<string> = new Set()
const issuer = 'api-keys'

function principalOf(entry: ApiKeyEntry): Principal {
  return {
    user: undefined,
    application: { issuer, subject: entry.application },
    actors: [],
    credential: { kind: 'apiKey', id: entry.id },
    scopes: new Set(entry.scopes),
    roles: new Set(entry.roles),
    groups: nobody,
    claims: {},
  }
}

/** `https://host/*` and `*.host/*` match every page below, anything else must be the whole referer. */
export function refererMatches(pattern: string, referer: string): boolean {
  if (!pattern.endsWith('/*')) return pattern === referer
  if (!URL.canParse(referer)) return false
  const url = new URL(referer)
  const place = pattern.slice(0, -2)
  if (place.startsWith('*.')) return url.host.endsWith(place.slice(1))
  return place.includes('://') ? url.origin === place : url.host === place
}

const misplaced = (reason: string) => new Problem('credential-refused-here', {}, reason)

/** The bounds that a key was given: they are judged on every call. */
function requireBounds(entry: ApiKeyEntry, call: Call): void {
  if (entry.expiresAt !== undefined && call.at >= entry.expiresAt) {
    throw new Problem('credential-expired', {}, `key ${entry.id} expired at ${new Date(entry.expiresAt).toISOString()}`)
  }
  if (entry.ips.length > 0 && (call.ip === undefined || !addressList(entry.ips)(call.ip))) {
    throw misplaced(`key ${entry.id} may not be used from ${call.ip ?? 'an unknown address'}`)
  }
  const referer = call.headers.get('referer') ?? ''
  if (entry.referers.length > 0 && !entry.referers.some(pattern => refererMatches(pattern, referer))) {
    throw misplaced(`key ${entry.id} may not be used with referer ${JSON.stringify(referer)}`)
  }
}

const usual = 'x-api-key'

/** A key of the keys file, found by its hash. */
export const apiKey = guardKind({
  kind: 'apiKey',
  settings: z
    .strictObject(placeSettings)
    .refine(hasHeaderForScheme, schemeWithoutHeader)
    .transform(places => ({ places: placesOf(places, usual) })),
  label: ({ places }) => `API key in ${placesLabel(places)}`,
  create: ({ places }, ports): Method => {
    const principals = new WeakMap<ApiKeyEntry, Principal>()
    const remembered = (entry: ApiKeyEntry) => {
      const known = principals.get(entry) ?? principalOf(entry)
      principals.set(entry, known)
      return known
    }
    return {
      kind: 'apiKey',
      places,
      mark: 'prefix=sp_',
      owns: key => key.startsWith('sp_'),
      verify(key, call) {
        const entry = ports.sets.apiKey(hashKey(key))
        if (entry === undefined || !matchesKeyHash(key, entry.hash)) {
          throw new Problem('credential-bad', {}, `no such key: ${fingerprint(key)}`)
        }
        requireBounds(entry, call)
        return remembered(entry)
      },
      challenge: { scheme: 'ApiKey', parameters: places.map(({ in: at, name }) => `${at}="${name}"`) },
    }
  },
})
