import { createSecretKey } from 'node:crypto'
import { readDuration, Secret } from '@sallyport/core'
import { secretKey, signJwt } from '@sallyport/tokens'

export interface TokenOptions {
  /** What signs it. At least as many bytes as the algorithm's hash, and not to be guessed. */
  readonly secret: Secret | string
  /** HS256 unless given. */
  readonly algorithm?: 'HS256' | 'HS384' | 'HS512'
  /** Seconds, or a text such as `15m`: an hour unless given. */
  readonly expiresIn?: number | string
  /** Milliseconds since the epoch: the system's unless given. */
  readonly now?: number
}

function secondsOf(expiresIn: number | string): number {
  const seconds = typeof expiresIn === 'number' ? expiresIn : (readDuration(expiresIn) ?? Number.NaN) / 1000
  if (!(seconds > 0 && Number.isFinite(seconds)))
    throw new TypeError(`expiresIn: needs seconds above 0 or a duration such as 15m, not ${JSON.stringify(expiresIn)}`)
  return seconds
}

/**
 * A signed JWT (RFC 7519) with the claims that are given, `iat` and `exp`. The claims are not altered, and an `exp` among them is refused: two
 * answers to how long it lasts. Throws TypeError, or BadKey where the secret is too weak.
 */
export function createToken(claims: Readonly<Record<string, unknown>>, options: TokenOptions): string {
  const { secret, algorithm = 'HS256', expiresIn = 3600, now = Date.now() } = options
  if (Object.hasOwn(claims, 'exp')) throw new TypeError('exp: comes of expiresIn')
  const kept = typeof secret === 'string' ? new Secret(secret) : secret
  secretKey(kept, algorithm)
  const iat = Math.floor(now / 1000)
  const key = createSecretKey(Buffer.from(kept.reveal(), 'utf8'))
  return signJwt({ ...claims, iat, exp: iat + secondsOf(expiresIn) }, { key, alg: algorithm })
}
