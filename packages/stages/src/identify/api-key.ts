import { type ApiKeyEntry, type Call, type Method, type Principal, Problem } from '@sallyport/core'
import { fingerprint, hashKey, matchesKeyHash } from '@sallyport/tokens'
import { z } from 'zod'
import { addressList } from '../admit/address.ts'
import { guardKind } from '../kind.ts'
import { hasHeaderForScheme, placeSettings, placesLabel, placesOf, schemeWithoutHeader } from './place.ts'
import { refererTest } from './referer.ts'

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

const misplaced = (reason: string) => new Problem('credential-refused-here', {}, reason)

/** A referer as it may stand in a record: its query may hold what nobody else should read. */
const recordable = (referer: string) => JSON.stringify(referer.slice(0, 200).split(/[?#]/)[0])

/** An entry made ready for calls: what it names, and the bounds within which it does, judged on every call. */
interface ReadyKey {
  readonly principal: Principal
  requireBounds(call: Call): void
}

function ready(entry: ApiKeyEntry): ReadyKey {
  const { id, expiresAt, ips, referers } = entry
  const isListed = addressList(ips)
  const tests = referers.flatMap(pattern => refererTest(pattern) ?? [])
  return {
    principal: principalOf(entry),
    requireBounds(call) {
      if (expiresAt !== undefined && call.at >= expiresAt) {
        throw new Problem('credential-expired', {}, `key ${id} expired at ${new Date(expiresAt).toISOString()}`)
      }
      if (ips.length > 0 && (call.ip === undefined || !isListed(call.ip))) {
        throw misplaced(`key ${id} may not be used from ${call.ip ?? 'an unknown address'}`)
      }
      const referer = call.headers.get('referer') ?? ''
      if (referers.length > 0 && !tests.some(test => test(referer))) {
        throw misplaced(`key ${id} may not be used with referer ${recordable(referer)}`)
      }
    },
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
    const made = new WeakMap<ApiKeyEntry, ReadyKey>()
    const readyFor = (entry: ApiKeyEntry) => {
      const known = made.get(entry) ?? ready(entry)
      made.set(entry, known)
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
        const known = readyFor(entry)
        known.requireBounds(call)
        return known.principal
      },
      challenge: { scheme: 'ApiKey', parameters: places.map(({ in: at, name }) => `${at}="${name}"`) },
    }
  },
})
