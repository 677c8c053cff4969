import { createPrivateKey, createPublicKey, hash, type JsonWebKey, randomUUID } from 'node:crypto'
import { CompactSign } from 'jose'
import { noon } from './gateway.ts'

/** A DPoP proof (RFC 9449) as a client makes it for one call with a token; `claims` and `header` say what is to be otherwise. */
export function proofBy(
  jwk: JsonWebKey,
  { method = 'GET', url, token }: { readonly method?: string; readonly url: string; readonly token: string },
  claims: object = {},
  header: object = {},
): Promise<string> {
  const key = createPrivateKey({ key: jwk, format: 'jwk' })
  const ath = hash('sha256', token, 'base64url')
  const payload = { jti: randomUUID(), htm: method, htu: url, iat: noon / 1000, ath, ...claims }
  return new CompactSign(Buffer.from(JSON.stringify(payload)))
    .setProtectedHeader({
      typ: 'dpop+jwt',
      alg: 'ES256',
      jwk: createPublicKey(key).export({ format: 'jwk' }),
      ...header,
    })
    .sign(key)
}
