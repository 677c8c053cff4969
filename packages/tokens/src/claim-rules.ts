import { BadToken, quoted } from './bad-token.ts'
import { type Claims, claimAt } from './claims.ts'

/** What a JWT's claims must say to be good here and now. */
export interface ClaimRules {
  readonly issuer: string | 'any'
  /** One of these must be among the token's. */
  readonly audience: readonly string[] | 'any'
  readonly subject?: string | 'required' | undefined
  /** How far clocks may differ; 0 unless given. */
  readonly leewayMs?: number | undefined
  /** Whether exp must be there, is only judged where it is there, or isn't judged. */
  readonly expiry: 'required' | 'optional' | 'ignored'
  readonly jti?: 'required' | undefined
  /** Token ids that aren't good any more; asked on every call, so it may change. */
  readonly revoked?: ReadonlySet<string> | undefined
  /** Whether ID tokens, made for a client to read, are accepted as if they were access tokens. */
  readonly idToken?: boolean | undefined
  /** Whether someone else proves that the caller holds the key that `cnf` names (RFC 7800); a token with cnf is refused otherwise. */
  readonly confirmation?: 'proved-elsewhere' | undefined
  /** The longest time since iat, which must then be there. */
  readonly maxAgeMs?: number | undefined
  /** Claim paths with the value that each must have; `present` for any value but null. */
  readonly required?: Readonly<Record<string, string | number | boolean>> | undefined
}

type Check = (claims: Claims, rules: ClaimRules, now: number) => void
type LastingCheck = (claims: Claims, rules: ClaimRules) => void

function refuse(reason: string): never {
  throw new BadToken('claim', reason)
}

function checkIssuer(claims: Claims, { issuer }: ClaimRules): void {
  if (issuer !== 'any' && claims.iss !== issuer) refuse(`iss is ${quoted(claims.iss)}, not ${quoted(issuer)}`)
}

function checkAudience(claims: Claims, { audience }: ClaimRules): void {
  if (audience === 'any') return
  const { aud } = claims
  const named = typeof aud === 'string' ? audience.includes(aud) : (aud?.some(one => audience.includes(one)) ?? false)
  if (!named) refuse(`aud is ${quoted(aud)}, none of ${quoted(audience)}`)
}

function checkSubject(claims: Claims, { subject }: ClaimRules): void {
  if (subject === undefined) return
  if (claims.sub === undefined || claims.sub === '') refuse('sub is missing')
  if (subject !== 'required' && claims.sub !== subject) refuse(`sub is ${quoted(claims.sub)}, not ${quoted(subject)}`)
}

/** RFC 7519 section 4.1.4: expired on or after exp. */
function checkExpiry(claims: Claims, { expiry, leewayMs = 0 }: ClaimRules, now: number): void {
  if (expiry === 'ignored') return
  if (claims.exp === undefined) {
    if (expiry === 'required') refuse('exp is missing')
  } else if (now >= claims.exp * 1000 + leewayMs) {
    throw new BadToken('expired', `it expired at ${claims.exp}`)
  }
}

/** RFC 7519 section 4.1.5: good from nbf on. A token that claims to be made later than now was not made by a sound clock. */
function checkBeginning(claims: Claims, { leewayMs = 0 }: ClaimRules, now: number): void {
  if (claims.nbf !== undefined && now < claims.nbf * 1000 - leewayMs)
    throw new BadToken('not-yet', `nbf is ${claims.nbf}`)
  if (claims.iat !== undefined && now < claims.iat * 1000 - leewayMs)
    throw new BadToken('not-yet', `iat is ${claims.iat}`)
}

function checkAge(claims: Claims, { maxAgeMs, leewayMs = 0 }: ClaimRules, now: number): void {
  if (maxAgeMs === undefined) return
  if (claims.iat === undefined) refuse('iat is missing')
  if (now >= claims.iat * 1000 + maxAgeMs + leewayMs) throw new BadToken('expired', `it was issued at ${claims.iat}`)
}

function checkId(claims: Claims, { jti, revoked }: ClaimRules): void {
  if (jti === 'required' && (claims.jti === undefined || claims.jti === '')) refuse('jti is missing')
  if (claims.jti !== undefined && revoked?.has(claims.jti) === true) {
    throw new BadToken('revoked', `jti ${quoted(claims.jti)} is revoked`)
  }
}

/** What Keycloak writes into the claim `typ` of tokens that aren't for APIs. */
const otherKinds: readonly unknown[] = ['ID', 'Refresh', 'Offline', 'Logout']
/** What products call a token for APIs in `token_use`. */
const accessUses: readonly unknown[] = ['access', 'access_token']
const idTokenClaims = ['at_hash', 'c_hash', 's_hash', 'nonce'] as const

/** RFC 9068 section 1: an ID token tells a client who logged in; it gives nobody a right to call. */
function checkKind(claims: Claims, { idToken }: ClaimRules): void {
  if (idToken === true) return
  const isSaid = Object.hasOwn(claims, 'token_use')
  if (isSaid && !accessUses.includes(claims.token_use)) refuse(`token_use is ${quoted(claims.token_use)}`)
  if (Object.hasOwn(claims, 'typ') && otherKinds.includes(claims.typ)) refuse(`claim typ is ${quoted(claims.typ)}`)
  // Some issuers put a nonce into access tokens too, but say that they are access tokens.
  if (isSaid || claims.typ === 'Bearer') return
  const mark = idTokenClaims.find(name => Object.hasOwn(claims, name))
  if (mark !== undefined) refuse(`it has ${mark}, as ID tokens do`)
}

function checkConfirmation(claims: Claims, { confirmation }: ClaimRules): void {
  if (confirmation === undefined && Object.hasOwn(claims, 'cnf'))
    refuse('it is bound to a key (cnf) that nothing here proves')
}

function checkRequired(claims: Claims, { required }: ClaimRules): void {
  if (required === undefined) return
  for (const [path, wanted] of Object.entries(required)) {
    const value = claimAt(claims, path)
    if (value === undefined || value === null) refuse(`${path} is missing`)
    if (wanted !== 'present' && value !== wanted) refuse(`${path} is ${quoted(value)}, not ${quoted(wanted)}`)
  }
}

/** What comes out the same as long as claims and rules are the same. */
const lasting: readonly LastingCheck[] = [checkIssuer, checkSubject, checkKind, checkRequired]

const checks: readonly Check[] = [checkAudience, checkConfirmation, checkExpiry, checkBeginning, checkAge, checkId]

/** Throws the BadToken that says why genuine claims will never be good under these rules. */
export function judgeForGood(claims: Claims, rules: ClaimRules): void {
  for (const check of lasting) check(claims, rules)
}

/** Throws the BadToken that says why genuine claims, which `judgeForGood` let pass, aren't good now. `now` is milliseconds since the epoch. */
export function judgeClaims(claims: Claims, rules: ClaimRules, now: number): void {
  for (const check of checks) check(claims, rules, now)
}
