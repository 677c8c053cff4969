import { type SignWith, signatureOf } from './signature.ts'

function segment(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/**
 * A signed JWT in compact form. The payload is taken as it is (RFC 7519 section 4: dates are seconds) and not altered. A TypeError
 * where the key isn't for the algorithm. `header` has what else stands there.
 */
export function signJwt(payload: object, signWith: SignWith, typ = 'JWT', header: object = {}): string {
  if (Array.isArray(payload)) throw new TypeError("a JWT's payload is an object")
  const { alg, kid } = signWith
  const signed = `${segment({ alg, typ, kid, ...header })}.${segment(payload)}`
  return `${signed}.${signatureOf(Buffer.from(signed), signWith).toString('base64url')}`
}
