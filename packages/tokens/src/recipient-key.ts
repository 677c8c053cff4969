import { createPublicKey, type KeyObject } from 'node:crypto'
import { importPublic, optionalText } from './jwk.ts'
import type { JsonObject } from './jws.ts'
import { thumbprint } from './signing-key.ts'
import { BadKey, checkRsa, type VerificationKey } from './verification-key.ts'

/** How the content's key is told to a recipient, by the type of its key (RFC 7518 section 4): no other way is known here. */
const algorithmOf: ReadonlyMap<string, string> = new Map([
  ['EC', 'ECDH-ES+A256KW'],
  ['RSA', 'RSA-OAEP-256'],
])

export const recipientAlgorithms: readonly string[] = [...algorithmOf.values()]

const curves: ReadonlySet<string> = new Set(['P-256', 'P-384', 'P-521'])

const wrapping = ['wrapKey', 'deriveKey', 'deriveBits']

/** RFC 7517 sections 4.2 and 4.3: a key that says what it is for must say that one encrypts with it. */
function checkPurpose(jwk: JsonObject): void {
  const use = optionalText(jwk, 'use')
  if (use !== undefined && use !== 'enc') throw new BadKey(`a key for use ${JSON.stringify(use)}, not enc`)
  if (!Object.hasOwn(jwk, 'key_ops')) return
  const operations = jwk.key_ops
  // The public half of an agreement key has none (RFC 7517 section 4.3 leaves it to Web Cryptography, which says so).
  if (
    Array.isArray(operations) &&
    (operations.length === 0 || operations.some(name => wrapping.includes(String(name))))
  )
    return
  throw new BadKey('a key whose key_ops lack wrapKey, deriveKey and deriveBits')
}

/** The one algorithm that a key is for: 2048 bits or more of RSA, or a curve. Throws BadKey where there is none. */
function algorithmFor(key: KeyObject): string {
  const jwk = key.export({ format: 'jwk' })
  const alg = algorithmOf.get(jwk.kty ?? '')
  if (alg === undefined) throw new BadKey(`a ${jwk.kty} key, for which nothing can be encrypted here`)
  if (jwk.kty === 'EC' && !curves.has(jwk.crv ?? ''))
    throw new BadKey(`a key on curve ${jwk.crv}, which isn't supported`)
  if (jwk.kty === 'RSA' && checkRsa(key, jwk) < 2048) throw new BadKey('an RSA key of less than 2048 bits')
  return alg
}

/** A public key to encrypt for. Throws BadKey where it has no kid, says that it is for something else, or is too weak. */
export function readRecipientJwk(jwk: JsonObject): VerificationKey {
  checkPurpose(jwk)
  const kid = optionalText(jwk, 'kid')
  if (kid === undefined) throw new BadKey('a key without kid, which nothing could be encrypted for')
  const key = importPublic(jwk, optionalText(jwk, 'kty') ?? '')
  const alg = algorithmFor(key)
  const named = optionalText(jwk, 'alg')
  if (named !== undefined && named !== alg)
    throw new BadKey(`a key for ${JSON.stringify(named)}, where ${alg} is known`)
  return { kid, algorithms: new Set([alg]), key }
}

/** A private key that opens what was encrypted for us. */
export interface OpeningKey {
  readonly kid: string
  readonly alg: string
  readonly key: KeyObject
  /** The public half as a JSON Web Key, with kid, alg and use. */
  readonly jwk: Readonly<Record<string, unknown>>
}

/** A private key for opening, called by its thumbprint unless it is given a name. Throws BadKey where it is for nothing here. */
export function openingKey(key: KeyObject, name?: string): OpeningKey {
  const publicKey = createPublicKey(key)
  const alg = algorithmFor(publicKey)
  const kid = name ?? thumbprint(publicKey)
  return { kid, alg, key, jwk: Object.freeze({ ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'enc' }) }
}
