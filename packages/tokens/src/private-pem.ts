import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { Secret } from '@sallyport/core'
import { type OpeningKey, openingKey } from './recipient-key.ts'
import { type SigningKey, signingKey } from './signing-key.ts'
import { BadKey } from './verification-key.ts'

/** A private key in PEM (PKCS #8, SEC 1 or PKCS #1, not encrypted). Throws BadKey, which quotes nothing of it. */
function privateKey(pem: Secret): KeyObject {
  try {
    return createPrivateKey(pem.reveal())
  } catch {
    throw new BadKey('a text that is no private key in PEM')
  }
}

/** What a key signs by unless told. */
function usualAlgorithm(key: KeyObject): string {
  const { kty, crv } = key.export({ format: 'jwk' })
  if (kty === 'RSA') return 'PS512'
  if (kty === 'OKP') return 'EdDSA'
  return crv === 'P-384' ? 'ES384' : 'ES256'
}

/** A private key of PEM that signs. Throws BadKey or TypeError where it isn't for the algorithm, or is too weak. */
export function signingKeyOf(pem: Secret, alg?: string): SigningKey {
  const key = privateKey(pem)
  return signingKey(key, alg ?? usualAlgorithm(key))
}

/** A private key of PEM that opens what is encrypted for it, called by its thumbprint unless it is given a name. Throws BadKey. */
export const openingKeyOf = (pem: Secret, name?: string): OpeningKey => openingKey(privateKey(pem), name)
