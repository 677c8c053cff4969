import { type SignWith, signatureOf } from './signature.ts'

/**
 * A JWS whose payload travels elsewhere and isn't encoded (RFC 7515 appendix F, RFC 7797): its header, two dots, its signature. It is over
 * the header's text, a dot and the payload's bytes as they are. `header` may name more than `alg`, `kid`, `b64` and `crit`.
 */
export function signDetached(
  payload: Uint8Array,
  signWith: SignWith,
  header: Readonly<Record<string, unknown>>,
): string {
  const { alg, kid } = signWith
  const members = { alg, kid, ...header, b64: false, crit: ['b64'] }
  const encoded = Buffer.from(JSON.stringify(members)).toString('base64url')
  const signature = signatureOf(Buffer.concat([Buffer.from(`${encoded}.`), payload]), signWith)
  return `${encoded}..${signature.toString('base64url')}`
}
