import { createHmac, type KeyObject, sign } from 'node:crypto'
import { findAlgorithm, type JwsAlgorithm } from './algorithms.ts'

/** What a JWT is signed with. A SigningKey will do. */
export interface SignWith {
  /** A private key, or for HS* a secret one. */
  readonly key: KeyObject
  readonly alg: string
  readonly kid?: string | undefined
}

function segment(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function signature(algorithm: JwsAlgorithm, key: KeyObject, signed: string): Buffer {
  if (algorithm.keyType === 'oct') return createHmac(algorithm.digest, key).update(signed).digest()
  return sign(algorithm.hash, Buffer.from(signed), { key, ...algorithm.parameters })
}

/**
 * A signed JWT in compact form. The payload is taken as it is (RFC 7519 section 4: dates are seconds) and not altered. A TypeError
 * where the key isn't for the algorithm. `header` has what else stands there.
 */
export function signJwt(payload: object, { key, alg, kid }: SignWith, typ = 'JWT', header: object = {}): string {
  const algorithm = findAlgorithm(alg)
  if (algorithm === undefined) throw new TypeError(`algorithm ${JSON.stringify(alg)} isn't supported`)
  if (Array.isArray(payload)) throw new TypeError("a JWT's payload is an object")
  const signed = `${segment({ alg, typ, kid, ...header })}.${segment(payload)}`
  const bytes = signature(algorithm, key, signed)
  // What the key is shows in the length for curves; RSA and HMAC keys were checked when they were made.
  if (algorithm.signatureBytes !== undefined && bytes.length !== algorithm.signatureBytes) {
    throw new TypeError(`the key isn't for ${alg}`)
  }
  return `${signed}.${bytes.toString('base64url')}`
}
