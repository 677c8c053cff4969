import { createHmac, type KeyObject, sign, timingSafeEqual, verify } from 'node:crypto'
import { findAlgorithm, type JwsAlgorithm } from './algorithms.ts'
import { derOf } from './ecdsa-signature.ts'
import type { VerificationKey } from './verification-key.ts'

/** What is signed with. A SigningKey will do. */
export interface SignWith {
  /** A private key, or for HS* a secret one. */
  readonly key: KeyObject
  /** A name of RFC 7518 section 3.1, RFC 8037 or RFC 9864. */
  readonly alg: string
  readonly kid?: string | undefined
}

function made({ keyType, digest, hash, parameters }: JwsAlgorithm, key: KeyObject, input: Uint8Array): Buffer {
  if (keyType === 'oct') return createHmac(digest, key).update(input).digest()
  return sign(hash, input, { key, ...parameters })
}

/** The signature over some bytes, in the form that JWS gives it (RFC 7518 section 3). A TypeError where the key isn't for the algorithm. */
export function signatureOf(input: Uint8Array, { key, alg }: SignWith): Buffer {
  const algorithm = findAlgorithm(alg)
  if (algorithm === undefined) throw new TypeError(`algorithm ${JSON.stringify(alg)} isn't supported`)
  const bytes = made(algorithm, key, input)
  // What the key is shows in the length for curves; RSA and HMAC keys were checked when they were made.
  if (algorithm.signatureBytes !== undefined && bytes.length !== algorithm.signatureBytes) {
    throw new TypeError(`the key isn't for ${alg}`)
  }
  return bytes
}

/** Whether this key made this signature over these bytes by that algorithm. A key that isn't for it never did. */
export function isSignature(signature: Buffer, input: Uint8Array, alg: string, key: VerificationKey): boolean {
  const algorithm = findAlgorithm(alg)
  if (algorithm === undefined || !key.algorithms.has(algorithm.name)) return false
  if (algorithm.signatureBytes !== undefined && algorithm.signatureBytes !== signature.length) return false
  if (algorithm.keyType === 'oct') {
    return timingSafeEqual(createHmac(algorithm.digest, key.key).update(input).digest(), signature)
  }
  // Node tells what a key is by failing to read it as a KeyObject first: 20 to 40 µs a signature for a key in an object.
  if (algorithm.keyType === 'EC') return verify(algorithm.hash, input, key.key, derOf(signature))
  const padded = algorithm.parameters.padding === undefined ? key.key : { key: key.key, ...algorithm.parameters }
  return verify(algorithm.hash, input, padded, signature)
}
