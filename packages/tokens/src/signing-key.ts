import { createPublicKey, generateKeyPairSync, hash, type JsonWebKey, type KeyObject } from 'node:crypto'
import { findAlgorithm, type JwsAlgorithm } from './algorithms.ts'
import { BadKey, verificationKey } from './verification-key.ts'

/** A private key that signs by one algorithm, and what may be published of it. */
export interface SigningKey {
  readonly alg: string
  readonly kid: string
  readonly key: KeyObject
  /** The public half as a JSON Web Key, with kid, alg and use. */
  readonly jwk: Readonly<JsonWebKey>
}

/** The members that make up a thumbprint, in the order of their names (RFC 7638 section 3.2, RFC 8037 section 2). */
const thumbprintMembers: Readonly<Record<string, readonly (keyof JsonWebKey)[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
}

/** The RFC 7638 SHA-256 thumbprint of a public key: its name wherever no other is given. */
export function thumbprint(publicKey: KeyObject): string {
  const jwk = publicKey.export({ format: 'jwk' })
  const members = thumbprintMembers[jwk.kty ?? '']
  if (members === undefined) throw new BadKey('a key that has no public half')
  return hash('sha256', JSON.stringify(Object.fromEntries(members.map(name => [name, jwk[name]]))), 'base64url')
}

function asymmetrical(alg: string): JwsAlgorithm {
  const algorithm = findAlgorithm(alg)
  if (algorithm === undefined || algorithm.keyType === 'oct') {
    throw new TypeError(`algorithm ${JSON.stringify(alg)} doesn't sign with a private key`)
  }
  return algorithm
}

/** A private key that is already there, named by its thumbprint. A BadKey where it isn't for the algorithm, or is too weak. */
export function signingKey(key: KeyObject, alg: string): SigningKey {
  asymmetrical(alg)
  if (key.type !== 'private') throw new BadKey('signing takes a private key')
  const publicKey = createPublicKey(key)
  const kid = thumbprint(publicKey)
  verificationKey(publicKey, kid, alg)
  return { alg, kid, key, jwk: Object.freeze({ ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' }) }
}

const namedCurves: Readonly<Record<string, string>> = {
  'P-256': 'prime256v1',
  'P-384': 'secp384r1',
  'P-521': 'secp521r1',
}

function generate({ keyType, curve, minimumBits }: JwsAlgorithm): KeyObject {
  if (keyType === 'RSA') return generateKeyPairSync('rsa', { modulusLength: minimumBits }).privateKey
  if (keyType === 'OKP') return generateKeyPairSync('ed25519').privateKey
  return generateKeyPairSync('ec', { namedCurve: namedCurves[curve ?? ''] ?? '' }).privateKey
}

/** A new private key for an algorithm, from the system's own source of randomness. */
export function newSigningKey(alg: string): SigningKey {
  return signingKey(generate(asymmetrical(alg)), alg)
}
