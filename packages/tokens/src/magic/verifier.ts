import { createPublicKey, type KeyObject } from 'node:crypto'
import type { UpstreamCredential } from '@sallyport/core'
import { BadToken, quoted } from '../bad-token.ts'
import { parseJws, verifySignature } from '../jws.ts'
import type { SigningKey } from '../signing-key.ts'
import { VerdictCache } from '../verdict-cache.ts'
import { type VerificationKey, verificationKey } from '../verification-key.ts'
import { boundId, type Split, splitToken } from './chain.ts'
import { type RootClaims, readRoot } from './claims.ts'
import { lengthMax, partsMax, partsUsual, typ } from './form.ts'
import type { MagicKeys } from './keys.ts'
import { type MagicPart, requireHeader, verifyLinks } from './links.ts'
import { weighed } from './pattern-weight.ts'
import { openCredential } from './sealing.ts'

/** A genuine token: made by this gateway, and every part by whom it had to be. Whether it is good here and now is judged on every call. */
export interface MagicToken {
  readonly issuer: string
  readonly audience: string
  readonly jti: string
  readonly name: string | undefined
  /** Seconds since the epoch, as in the claims; the span is what all parts leave. */
  readonly iat: number
  readonly nbf: number
  readonly exp: number
  /** How long it was made for, parts left aside. */
  readonly lifeSeconds: number
  /** All that a revocation may name: the jti, every part's id, and what a bound one is known by. The last is what its holder ends it by. */
  readonly ids: readonly string[]
  readonly parts: readonly MagicPart[]
  /** The thumbprint of the key that each call must be proved by (RFC 9449), where one must. */
  readonly boundTo: string | undefined
  /** Undefined where it is left sealed. */
  readonly credential: UpstreamCredential | undefined
}

/** What reading takes of the keys of magic tokens: the public half of those that sign, and what opens credentials, if that is done here. */
export interface MagicReadingKeys {
  readonly signing: readonly Pick<SigningKey, 'alg' | 'kid' | 'key'>[]
  readonly sealing: MagicKeys['sealing'] | undefined
}

export interface MagicVerifierOptions {
  readonly keys: MagicReadingKeys
  /** 32 random bytes that key the cache of verdicts. */
  readonly randomKey: Uint8Array
  /** What the cache may take, about: 32 MiB unless given. */
  readonly cacheBytes?: number | undefined
}

export interface MagicVerifier {
  /** Throws BadToken for one that isn't genuine, or has more parts than these: 8 at the most. One that was seen before costs a look. */
  verify(token: string, most?: number): MagicToken
  /** Other keys from now on: what was verified by those before is verified again. */
  replaceKeys(keys: MagicReadingKeys): void
}

const defaultCacheBytes = 32 * 2 ** 20
/** What is read of a token weighs more than its payload, for a token's length in the cache; patterns are weighed by themselves. */
const lengthsPerToken = 4

const publicHalf = (key: KeyObject) => (key.type === 'private' ? createPublicKey(key) : key)

const verificationKeys = ({ signing }: MagicReadingKeys): readonly VerificationKey[] =>
  signing.map(({ key, kid, alg }) => verificationKey(publicHalf(key), kid, alg))

function verifiedRoot(text: string, keys: readonly VerificationKey[]): RootClaims {
  const jws = parseJws(text, lengthMax)
  requireHeader(jws, typ.token, ['alg', 'typ', 'kid'])
  const key = keys.find(({ kid }) => kid === jws.kid)
  if (key === undefined) throw new BadToken('key', `no key for kid ${quoted(jws.kid)}`)
  if (!key.algorithms.has(jws.alg)) throw new BadToken('algorithm', `alg ${quoted(jws.alg)} isn't that of the key`)
  if (!verifySignature(jws, key)) throw new BadToken('signature', 'the signature is wrong')
  return readRoot(jws)
}

/** Verifies magic tokens. It knows nothing of HTTP or of who asks. */
export function createMagicVerifier(options: MagicVerifierOptions): MagicVerifier {
  const verdicts = new VerdictCache<MagicToken>(options.randomKey, options.cacheBytes ?? defaultCacheBytes)
  let { keys } = options
  let signers = verificationKeys(keys)
  let version = 1

  function opened(split: Split, claims: RootClaims): MagicToken {
    const { parts, boundTo, nbf, exp } = verifyLinks(split, claims)
    const { iss, aud, jti, iat, name } = claims
    const { sealing } = keys
    const credential = sealing && openCredential(claims.token, { aud, jti }, sealing)
    const known = parts.map(({ id }) => id)
    const bound = boundTo === undefined ? [] : known.slice(-1).map(boundId)
    const ids = [jti, ...known, ...bound]
    return {
      issuer: iss,
      audience: aud,
      jti,
      name,
      iat,
      nbf,
      exp,
      lifeSeconds: claims.exp - iat,
      ids,
      parts,
      boundTo,
      credential,
    }
  }

  return {
    verify(token, most = partsUsual) {
      const slot = verdicts.slot(token)
      const known = verdicts.get(slot, version)
      if (known !== undefined && known.parts.length <= most) return known
      const split = splitToken(token, Math.min(most, partsMax))
      const { made, bytes } = weighed(() => opened(split, verifiedRoot(split.root, signers)))
      verdicts.set(slot, version, made, token.length * lengthsPerToken, bytes)
      return made
    },
    replaceKeys(changed) {
      keys = changed
      signers = verificationKeys(changed)
      version += 1
    },
  }
}
