import { CompactSign, exportJWK, exportSPKI, generateKeyPair, type JWTPayload } from 'jose'
import { noon } from './gateway.ts'

/** An issuer made by an independent implementation: its keys, and tokens signed by them. */
export interface TestIssuer {
  /** Text of a JSON Web Key Set. */
  readonly jwks: string
  readonly pem: string
  /** Claims are set beside or over the good ones, undefined takes one away; they may be of kinds that no issuer should sign. */
  token(claims?: object, header?: Record<string, unknown>): Promise<string>
  /** A token with these claims and no others. */
  only(claims: object): Promise<string>
}

const hour = 3600

/** Claims that the issuer `staff` of the tests vouches for. */
export const goodClaims: JWTPayload = {
  iss: 'https://id.example.com',
  aud: 'warehouse',
  sub: 'alice',
  azp: 'shop',
  scope: 'list_items',
  iat: noon / 1000,
  exp: noon / 1000 + hour,
}

const signed = (claims: object) => new CompactSign(Buffer.from(JSON.stringify(claims), 'utf8'))

export async function testIssuer(alg = 'ES256', kid = 'k1'): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' }
  return {
    jwks: JSON.stringify({ keys: [jwk] }),
    pem: await exportSPKI(publicKey),
    only: claims => signed(claims).setProtectedHeader({ alg, kid }).sign(privateKey),
    token: (claims = {}, header = {}) =>
      signed({ ...goodClaims, ...claims })
        .setProtectedHeader({ alg, kid, ...header })
        .sign(privateKey),
  }
}

/** A token signed with a shared secret. */
export const secretToken = (secret: string, claims: object = {}, alg = 'HS256') =>
  signed({ ...goodClaims, ...claims })
    .setProtectedHeader({ alg })
    .sign(Buffer.from(secret, 'utf8'))

/** A compact JWS as somebody without any key makes it: the parts as given, the signature as given. */
export function forged(header: object, claims: object, signature = ''): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part(header)}.${part(claims)}.${signature}`
}

export const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } })
