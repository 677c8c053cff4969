import { type Call, type Method, type Principal, readDuration } from '@sallyport/core'
import {
  BadToken,
  type ClaimRules,
  type Claims,
  isMagicToken,
  judgeClaims,
  judgeForGood,
  quoted,
} from '@sallyport/tokens'
import { z } from 'zod'
import { duration } from '../keys/duration.ts'
import { listOf } from '../keys/list-of.ts'
import { safeUrl } from '../keys/safe-url.ts'
import { secretText } from '../keys/secret-text.ts'
import { guardKind } from '../kind.ts'
import { refuseToken } from './bad-token.ts'
import { refuseBusy } from './busy.ts'
import { attributeTypesOf, claimPathSettings, claimPaths } from './claim-paths.ts'
import {
  challengeScheme,
  hasHeaderForScheme,
  placeSettings,
  placesLabel,
  placesOf,
  schemeWithoutHeader,
} from './place.ts'
import { callerIn } from './principal-of.ts'

const refuse = refuseToken('issuer-unavailable')

const between = (least: string, most: string) => {
  const [from = 0, to = 0] = [readDuration(least), readDuration(most)]
  return duration.refine(ms => ms >= from && ms <= to, `needs a duration from ${least} to ${most}`)
}

const settings = z
  .strictObject({
    introspection: safeUrl,
    clientId: z.string().min(1),
    clientSecret: secretText,
    authentication: z.enum(['client_secret_basic', 'client_secret_post']).default('client_secret_basic'),
    /** What `iss` of the answer must say. */
    issuer: z.string().min(1).optional(),
    /** One of these must be among those of the answer. */
    audience: listOf(z.string().min(1)).optional(),
    /** Whether the answer must say that the token is a bearer token. Where it says another type it is refused anyway. */
    tokenType: z.enum(['required', 'optional']).default('optional'),
    /** `opaque`: JWTs, magic tokens and keys of the gateway are left to other methods. */
    tokens: z.enum(['any', 'opaque']).default('any'),
    remember: between('0s', '10m').default(30_000),
    timeout: between('100ms', '60s').default(5_000),
    leeway: duration.optional(),
    ...claimPathSettings,
    ...placeSettings,
  })
  .refine(hasHeaderForScheme, schemeWithoutHeader)
  .transform(({ header, scheme, query, cookie, ...others }) => ({
    ...others,
    places: placesOf({ header, scheme, query, cookie }, 'authorization'),
  }))
  .refine(({ places }) => places.length === 1, 'a token is read in exactly one place: header, query or cookie')

type Config = z.output<typeof settings>

/** What is nobody else's: neither of three or five parts, as JWTs are (RFC 7515, RFC 7516), nor of a kind that the gateway makes. */
const isOpaque = (token: string) =>
  ![3, 5].includes(token.split('.').length) && !isMagicToken(token) && !token.startsWith('sp_')

const rulesOf = ({ issuer, audience, leeway }: Config): ClaimRules => ({
  issuer: issuer ?? 'any',
  audience: audience ?? 'any',
  expiry: 'optional',
  leewayMs: leeway,
})

/** Anything but a bearer token proves more than that it was sent (RFC 6749 section 7.1). */
function requireBearer({ token_type: type }: Claims, wanted: Config['tokenType']): void {
  if (type === undefined && wanted === 'optional') return
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer')
    throw new BadToken('claim', `token_type is ${quoted(type)}, not Bearer`)
}

/** A token that an authority is asked about (RFC 7662), opaque or not. */
export const oauth2 = guardKind({
  kind: 'oauth2',
  settings,
  label: ({ introspection, places }) => `token in ${placesLabel(places)} that ${introspection} calls active`,
  create: (config, ports): Method => {
    const { introspection: url, clientId, clientSecret, authentication, remember, timeout, places } = config
    const authority = { url, clientId, clientSecret, authentication }
    const introspector = ports.introspectorOf({ authority, rememberMs: remember, timeoutMs: timeout })
    const rules = rulesOf(config)
    // An authority speaks for itself: only where `iss` was checked does it name whom it speaks for.
    const voucher = {
      kind: 'oauth2',
      issuer: config.issuer ?? new URL(url).origin,
      paths: claimPaths(config, { user: ['sub', 'username'], application: ['client_id', 'azp'] }),
    }
    const principals = new WeakMap<Claims, Principal>()
    const accepted = (claims: Claims, token: string, { at }: Call): Principal => {
      judgeForGood(claims, rules)
      judgeClaims(claims, rules, at)
      requireBearer(claims, config.tokenType)
      const principal = principals.get(claims) ?? callerIn(claims, token, voucher)
      principals.set(claims, principal)
      return principal
    }
    const refused = (error: unknown): never => {
      try {
        return refuse(error)
      } catch (other) {
        return refuseBusy(other)
      }
    }
    return {
      kind: 'oauth2',
      places,
      mark: config.tokens === 'opaque' ? 'opaque' : undefined,
      authority: config.issuer,
      attributes: attributeTypesOf(voucher.paths),
      owns: token => config.tokens === 'any' || isOpaque(token),
      verify(token, call) {
        try {
          const told = introspector.ask(token)
          if (told instanceof Promise) return told.then(claims => accepted(claims, token, call)).catch(refused)
          return accepted(told, token, call)
        } catch (error) {
          return refused(error)
        }
      },
      challenge: { scheme: challengeScheme(places), parameters: ['realm="oauth2"'] },
    }
  },
})
