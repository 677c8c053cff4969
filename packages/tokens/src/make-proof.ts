import { createPublicKey, hash } from 'node:crypto'
import type { RandomBytes } from './api-key.ts'
import type { ProvedCall } from './dpop.ts'
import { signJwt } from './mint.ts'
import type { SignWith } from './signature.ts'

/**
 * A proof that whoever makes a call has the key that its token is bound to, for this call alone (RFC 9449 section 4.2). `now` is
 * milliseconds since the epoch.
 */
export function makeProof(
  { key, alg }: SignWith,
  { method, url, token }: Omit<ProvedCall, 'jkt'>,
  { now, random }: { readonly now: number; readonly random: RandomBytes },
): string {
  const claims = {
    jti: Buffer.from(random(16)).toString('base64url'),
    htm: method,
    htu: url,
    iat: Math.floor(now / 1000),
    ath: hash('sha256', token, 'base64url'),
  }
  return signJwt(claims, { key, alg }, 'dpop+jwt', { jwk: createPublicKey(key).export({ format: 'jwk' }) })
}
