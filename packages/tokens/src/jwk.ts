import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'
import { fromBase64url } from './base64url.ts'
import { keyAt } from './curve-key.ts'
import type { JsonObject } from './jws.ts'
import { refuseWeakSecret } from './secret-key.ts'
import { BadKey, type VerificationKey, verificationKey } from './verification-key.ts'

/**
 * What to do with symmetrical keys in a document: `none` where anyone may read it; `strong` where it is a secret file;
 * `any` lets weak ones by, for tests and for issuers that can't be changed.
 */
export type SecretsAllowed = 'none' | 'strong' | 'any'

/** What the public half of a key type is (RFC 7517, RFC 7518 section 6, RFC 8037). */
interface PublicHalf {
  readonly names: readonly string[]
  /** Exact lengths of those members, by curve. */
  readonly bytes: Record<string, number>
  /** Throws where it isn't valid. */
  key(curve: string, members: readonly Buffer[]): KeyObject
}

const none = Buffer.alloc(0)

function rsaKey([n = none, e = none]: readonly Buffer[]): KeyObject {
  const key = { kty: 'RSA', n: n.toString('base64url'), e: e.toString('base64url') }
  return createPublicKey({ key, format: 'jwk' })
}

const publicHalves: ReadonlyMap<string, PublicHalf> = new Map<string, PublicHalf>([
  ['RSA', { names: ['n', 'e'], bytes: {}, key: (_, members) => rsaKey(members) }],
  ['EC', { names: ['x', 'y'], bytes: { 'P-256': 32, 'P-384': 48, 'P-521': 66 }, key: keyAt }],
  ['OKP', { names: ['x'], bytes: { Ed25519: 32 }, key: keyAt }],
])

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth'] as const

/** Whether a JWK shows the private half of an asymmetrical key. */
export function isPrivateJwk(jwk: JsonObject): boolean {
  return jwk.kty !== 'oct' && privateMembers.some(name => Object.hasOwn(jwk, name))
}

export function optionalText(jwk: JsonObject, name: string): string | undefined {
  const value = Object.hasOwn(jwk, name) ? jwk[name] : undefined
  if (value !== undefined && typeof value !== 'string') throw new BadKey(`a key whose ${name} isn't a string`)
  return value
}

function binary(jwk: JsonObject, name: string): Buffer {
  const text = optionalText(jwk, name)
  const bytes = text === undefined ? undefined : fromBase64url(text)
  if (bytes === undefined || bytes.length === 0) throw new BadKey(`a key whose ${name} isn't canonical base64url`)
  return bytes
}

/** RFC 7517 sections 4.2 and 4.3: a key that says what it is for must say that it verifies. */
function checkPurpose(jwk: JsonObject): void {
  const use = optionalText(jwk, 'use')
  if (use !== undefined && use !== 'sig') throw new BadKey(`a key for use ${JSON.stringify(use)}, not sig`)
  if (!Object.hasOwn(jwk, 'key_ops')) return
  const operations = jwk.key_ops
  if (!Array.isArray(operations) || !operations.includes('verify')) throw new BadKey('a key whose key_ops lack verify')
  if (new Set(operations).size !== operations.length) throw new BadKey('a key that repeats one of its key_ops')
}

/** The public half of a JWK of that type. A BadKey where a member isn't what it must be, or the point lies beside its curve. */
export function importPublic(jwk: JsonObject, kty: string): KeyObject {
  const half = publicHalves.get(kty)
  if (half === undefined) throw new BadKey(`a key of kty ${JSON.stringify(kty)}, which isn't supported`)
  const crv = optionalText(jwk, 'crv')
  const length = crv !== undefined && Object.hasOwn(half.bytes, crv) ? half.bytes[crv] : undefined
  if (kty !== 'RSA' && length === undefined)
    throw new BadKey(`a key on curve ${JSON.stringify(crv)}, which isn't supported`)
  const members = half.names.map(name => {
    const bytes = binary(jwk, name)
    if (length !== undefined && bytes.length !== length) throw new BadKey(`a key whose ${name} isn't ${length} bytes`)
    return bytes
  })
  try {
    return half.key(crv ?? '', members)
  } catch {
    throw new BadKey(`a ${kty} key that isn't valid (a point beside its curve?)`)
  }
}

function importSecret(jwk: JsonObject, allowed: SecretsAllowed): KeyObject {
  if (allowed === 'none') throw new BadKey('a symmetrical key in a public document')
  const bytes = binary(jwk, 'k')
  if (allowed === 'strong') refuseWeakSecret(bytes)
  return createSecretKey(bytes)
}

/**
 * One JSON Web Key (RFC 7517) as a verification key; a BadKey that says why not. Only its public members are read: private ones
 * are for the reader of the document to refuse, and certificates in it (x5c, x5u) are ignored.
 */
export function readJwk(jwk: JsonObject, secrets: SecretsAllowed): VerificationKey {
  checkPurpose(jwk)
  const kty = optionalText(jwk, 'kty')
  if (kty === undefined) throw new BadKey('a key without kty')
  const key = kty === 'oct' ? importSecret(jwk, secrets) : importPublic(jwk, kty)
  return verificationKey(key, optionalText(jwk, 'kid'), optionalText(jwk, 'alg'))
}
