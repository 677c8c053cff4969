import type { Clock } from '@sallyport/core'
import { findAlgorithm } from './algorithms.ts'
import { BadToken, quoted } from './bad-token.ts'
import { type ClaimRules, judgeClaims, judgeForGood } from './claim-rules.ts'
import { type Claims, readClaims } from './claims.ts'
import { type ParsedJws, parseJws, verifySignature } from './jws.ts'
import type { KeySource } from './key-source.ts'
import { VerdictCache } from './verdict-cache.ts'
import type { VerificationKey } from './verification-key.ts'

/** Which JWTs are accepted. */
export interface JwtRules extends ClaimRules {
  /** The names that a token's alg may have. */
  readonly algorithms: readonly string[]
  /** The header's typ, `at+jwt` for RFC 9068; without it any that doesn't declare another kind of token. */
  readonly typ?: string | undefined
  /** Longest token, in characters: 16 KiB unless given. */
  readonly maxLength?: number | undefined
}

export interface JwtPorts {
  readonly clock: Clock
  /** 32 random bytes that key the cache of verdicts. */
  readonly randomKey: Uint8Array
  /** What that cache may take, about: 32 MiB unless given. */
  readonly cacheBytes?: number | undefined
}

export interface JwtVerifier<Made> {
  /** What was made of a good token's claims, at once wherever its keys are known; a BadToken, thrown or rejected with, for any other. */
  verify(token: string): Made | Promise<Made>
}

/** Genuine claims, and what was made of them. */
interface Read<Made> {
  readonly claims: Claims
  readonly made: Made
}

const defaultCacheBytes = 32 * 2 ** 20

/** RFC 7515 section 4.1.9: case doesn't count, and `application/` is left out where no other slash is in the type. */
function mediaType(typ: string): string {
  const small = typ.toLowerCase()
  return small.includes('/') ? small : `application/${small}`
}

/**
 * RFC 8725 section 3.11: tokens of one kind don't pass as another. Where no typ is demanded, one that explicitly names another
 * kind (logout+jwt, dpop+jwt, secevent+jwt) is refused still.
 */
function checkTyp(typ: string | undefined, wanted: string | undefined): void {
  const type = typ === undefined ? undefined : mediaType(typ)
  const accepted =
    wanted === undefined ? type?.endsWith('+jwt') !== true || type === 'application/at+jwt' : type === mediaType(wanted)
  if (!accepted) throw new BadToken('claim', `header typ is ${quoted(typ)}`)
}

function checkAlgorithms(names: readonly string[]): ReadonlySet<string> {
  const unknown = names.find(name => findAlgorithm(name) === undefined)
  if (unknown !== undefined) throw new TypeError(`algorithm ${JSON.stringify(unknown)} isn't supported`)
  if (names.length === 0) throw new TypeError('at least one algorithm must be allowed')
  return new Set(names)
}

/**
 * Verifies JWTs (RFC 7519, RFC 8725). `make` is asked once a token, as long as its verdict is remembered. A TypeError where the rules allow no
 * algorithm or an unknown one, such as `none`.
 */
export function createJwtVerifier<Made>(
  rules: JwtRules,
  source: KeySource,
  ports: JwtPorts,
  make: (claims: Claims, token: string) => Made,
): JwtVerifier<Made> {
  const allowed = checkAlgorithms(rules.algorithms)
  const verdicts = new VerdictCache<Read<Made>>(ports.randomKey, ports.cacheBytes ?? defaultCacheBytes)

  function judged({ claims, made }: Read<Made>): Made {
    judgeClaims(claims, rules, ports.clock.now())
    return made
  }

  function verified(token: string, jws: ParsedJws, keys: readonly VerificationKey[]): Read<Made> {
    if (keys.length === 0) throw new BadToken('key', `no key for kid ${quoted(jws.kid)} and alg ${jws.alg}`)
    if (!keys.some(key => verifySignature(jws, key))) throw new BadToken('signature', 'the signature is wrong')
    const claims = readClaims(jws.payload)
    judgeForGood(claims, rules)
    return { claims, made: make(claims, token) }
  }

  return {
    verify(token) {
      const slot = verdicts.slot(token)
      const version = source.version()
      const known = verdicts.get(slot, version)
      if (known !== undefined) return judged(known)
      const jws = parseJws(token, rules.maxLength)
      if (!allowed.has(jws.alg)) throw new BadToken('algorithm', `alg ${quoted(jws.alg)} isn't allowed`)
      checkTyp(jws.typ, rules.typ)
      const keys = source.find(jws.kid, jws.alg)
      // Keys that had to be waited for may belong to a later version by now, so that verdict isn't remembered.
      if (keys instanceof Promise) return keys.then(found => judged(verified(token, jws, found)))
      const read = verified(token, jws, keys)
      verdicts.set(slot, version, read, jws.payload.length)
      return judged(read)
    },
  }
}

/** What a token says of itself, unverified: only for choosing who is to verify it. Undefined where it is no JWT. */
export function peekJwt(token: string): { readonly issuer: string | undefined; readonly jws: ParsedJws } | undefined {
  try {
    const jws = parseJws(token)
    return { issuer: readClaims(jws.payload).iss, jws }
  } catch (error) {
    if (error instanceof BadToken) return undefined
    throw error
  }
}
