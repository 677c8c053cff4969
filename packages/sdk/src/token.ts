import { createSecretKey } from 'node:crypto'
import { readDuration, Secret } from '@sallyport/core'
import { type SignWith, secretKey, signingKeyOf, signJwt } from '@sallyport/tokens'

interface LifeOptions {
  /** Seconds, or a text such as `15m`: an hour unless given. */
  readonly expiresIn?: number | string
  /** Milliseconds since the epoch: the system's unless given. */
  readonly now?: number
}

/** Signed with a secret that whoever verifies it has too. */
interface SecretOptions extends LifeOptions {
  /** At least as many bytes as the algorithm's hash, and not to be guessed. */
  readonly secret: Secret | string
  /** HS256 unless given. */
  readonly algorithm?: 'HS256' | 'HS384' | 'HS512'
}

/** Signed with a private key, whose public half verifies it: `jwt({ pem })`, `jwt({ jwks })`. */
interface KeyOptions extends LifeOptions {
  /** A private key in PEM, not encrypted. */
  readonly key: Secret | string
  /** What the key is for unless given: ES256, ES384, EdDSA or PS512. */
  readonly algorithm?: string
  /** How others know the key: its thumbprint (RFC 7638) unless given. */
  readonly keyId?: string
}

export type TokenOptions = SecretOptions | KeyOptions

const secretOf = (text: Secret | string) => (typeof text === 'string' ? new Secret(text) : text)

function signedWith(options: TokenOptions): SignWith {
  if ('key' in options) {
    const { alg, kid, key } = signingKeyOf(secretOf(options.key), options.algorithm)
    return { alg, kid: options.keyId ?? kid, key }
  }
  const { algorithm: alg = 'HS256' } = options
  const secret = secretOf(options.secret)
  secretKey(secret, alg)
  return { alg, key: createSecretKey(Buffer.from(secret.reveal(), 'utf8')) }
}

function secondsOf(expiresIn: number | string): number {
  const seconds = typeof expiresIn === 'number' ? expiresIn : (readDuration(expiresIn) ?? Number.NaN) / 1000
  if (!(seconds > 0 && Number.isFinite(seconds)))
    throw new TypeError(`expiresIn: needs seconds above 0 or a duration such as 15m, not ${JSON.stringify(expiresIn)}`)
  return seconds
}

/**
 * A signed JWT (RFC 7519) with the claims that are given, `iat` and `exp`. The claims are not altered, and an `exp` among them is refused: two
 * answers to how long it lasts. Throws TypeError, or BadKey where secret or key won't do.
 */
export function createToken(claims: Readonly<Record<string, unknown>>, options: TokenOptions): string {
  const { expiresIn = 3600, now = Date.now() } = options
  if (Object.hasOwn(claims, 'exp')) throw new TypeError('exp: comes of expiresIn')
  const iat = Math.floor(now / 1000)
  return signJwt({ ...claims, iat, exp: iat + secondsOf(expiresIn) }, signedWith(options))
}
