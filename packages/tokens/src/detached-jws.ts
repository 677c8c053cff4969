import { BadToken } from './bad-token.ts'
import { fromBase64url } from './base64url.ts'
import { type JsonObject, readObject } from './jws.ts'
import { isSignature, type SignWith, signatureOf } from './signature.ts'
import type { VerificationKey } from './verification-key.ts'

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

/** A detached JWS, read and not yet verified. */
export interface DetachedJws {
  readonly header: JsonObject
  readonly alg: string
  readonly kid: string | undefined
  /** Whether this key made it over these bytes. */
  isOver(payload: Uint8Array, key: VerificationKey): boolean
}

/** Longer than any that names a few paths. */
const longest = 16 * 1024

/** Reads a detached JWS over bytes as they are (`b64: false`); no other extension is understood. Throws BadToken `malformed`. */
export function readDetached(jws: string): DetachedJws {
  const [encoded = '', payload, written = '', more] = jws.split('.')
  const [bytes, signature] = [fromBase64url(encoded), fromBase64url(written)]
  if (jws.length > longest || payload !== '' || more !== undefined || bytes === undefined || signature === undefined)
    throw new BadToken('malformed', 'it is no detached JWS')
  const header = readObject(bytes, 'header')
  const { alg, kid, b64, crit } = header
  if (b64 !== false || !Array.isArray(crit) || crit.length !== 1 || crit[0] !== 'b64')
    throw new BadToken('malformed', 'it is not over bytes as they are (b64)')
  if (typeof alg !== 'string' || (kid !== undefined && typeof kid !== 'string'))
    throw new BadToken('malformed', 'its alg or kid is no text')
  const isOver = (over: Uint8Array, key: VerificationKey) =>
    isSignature(signature, Buffer.concat([Buffer.from(`${encoded}.`), over]), alg, key)
  return { header, alg, kid, isOver }
}
