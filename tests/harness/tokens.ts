import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { noon } from './gateway.ts'

/** An issuer made by an independent implementation: its keys, and tokens signed by them. */
export interface TestIssuer {
  /** Text of a JSON Web Key Set. */
  readonly jwks: string
  readonly pem: string
  token(claims?: JWTPayload, header?: Record<string, unknown>): Promise<string>
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

export async function testIssuer(alg = 'ES256', kid = 'k1'): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' }
  return {
    jwks: JSON.stringify({ keys: [jwk] }),
    pem: await exportSPKI(publicKey),
    token: (claims = {}, header = {}) =>
      new SignJWT({ ...goodClaims, ...claims }).setProtectedHeader({ alg, kid, ...header }).sign(privateKey),
  }
}
