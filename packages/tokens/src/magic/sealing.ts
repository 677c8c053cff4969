import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { type Json, Secret, type UpstreamCredential } from '@sallyport/core'
import { CompactEncrypt, compactDecrypt } from 'jose'
import { z } from 'zod'
import { BadToken } from '../bad-token.ts'
import { fromBase64url } from '../base64url.ts'
import { readObject } from '../jws.ts'
import { thumbprint } from '../signing-key.ts'
import { BadKey } from '../verification-key.ts'
import { faultOf } from './claims.ts'

type Alg = 'ECDH-ES' | 'RSA-OAEP-256'

/** The private key that opens credentials. */
export interface SealingKey {
  readonly kid: string
  readonly alg: Alg
  readonly key: KeyObject
}

const enc = 'A256GCM'

/** The header members that there may be, by algorithm: apu, apv, zip and crit are none of them. */
const headerMembers: Readonly<Record<Alg, readonly string[]>> = {
  'ECDH-ES': ['alg', 'enc', 'kid', 'epk'],
  'RSA-OAEP-256': ['alg', 'enc', 'kid'],
}

/** A private key as a sealing key: P-256 for ECDH-ES, RSA of 2048 bits or more. A BadKey for any other. */
export function sealingKey(key: KeyObject): SealingKey {
  const { kty, crv } = key.export({ format: 'jwk' })
  const kid = thumbprint(createPublicKey(key))
  if (kty === 'EC' && crv === 'P-256') return { kid, alg: 'ECDH-ES', key }
  if (kty === 'RSA' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048) return { kid, alg: 'RSA-OAEP-256', key }
  throw new BadKey('sealing takes a key on P-256, or an RSA key of 2048 bits or more')
}

export const newSealingKey = (): SealingKey => sealingKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)

const fieldName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/, 'needs a header name')
const text = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\x00-\x1f\x7f]*$/, 'must hold no control character')
const value = text(4096).min(1, 'is empty')

/** A credential as it is sealed. */
export const sealedCredential = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('header'), name: fieldName, scheme: fieldName.optional(), value }),
  z.strictObject({
    kind: z.literal('basic'),
    username: text(256).regex(/^[^:]*$/, 'must hold no colon'),
    password: value,
  }),
  z.strictObject({ kind: z.literal('query'), name: text(128).min(1), value }),
])
export type SealedCredential = z.output<typeof sealedCredential>

const plaintext = z.strictObject({ v: z.literal(1), aud: z.string(), jti: z.string(), credential: sealedCredential })

/** Where a sealed credential belongs. */
interface Place {
  readonly aud: string
  readonly jti: string
}

/** Seals a credential for one token: a compact JWE. Twice the same gives two texts. */
export function sealCredential(credential: SealedCredential, place: Place, key: SealingKey): Promise<string> {
  const sealed = JSON.stringify({ v: 1, aud: place.aud, jti: place.jti, credential })
  return new CompactEncrypt(Buffer.from(sealed))
    .setProtectedHeader({ alg: key.alg, enc, kid: key.kid })
    .encrypt(createPublicKey(key.key))
}

const refuse = (reason: string) => new BadToken('claim', `the sealed credential ${reason}`)

function keyFor(jwe: string, keys: readonly SealingKey[]): SealingKey {
  const bytes = fromBase64url(jwe.slice(0, jwe.indexOf('.')))
  if (bytes === undefined) throw refuse('has no header')
  const header = readObject(bytes, 'header')
  const key = keys.find(({ kid }) => kid === header.kid)
  if (key === undefined) throw new BadToken('key', 'the sealed credential is for a key that is not here')
  if (header.alg !== key.alg || header.enc !== enc) throw refuse('is sealed by another algorithm than its key is for')
  const surplus = Object.keys(header).find(name => !headerMembers[key.alg].includes(name))
  if (surplus !== undefined) throw refuse('has a header member that is not read')
  return key
}

function outgoing(credential: SealedCredential): UpstreamCredential {
  switch (credential.kind) {
    case 'header': {
      const { name, scheme } = credential
      return { kind: 'header', name, scheme, value: new Secret(credential.value) }
    }
    case 'basic':
      return { kind: 'basic', username: credential.username, password: new Secret(credential.password) }
    case 'query':
      return { kind: 'query', name: credential.name, value: new Secret(credential.value) }
    default:
      credential satisfies never
      throw new TypeError('a sealed credential of unknown kind')
  }
}

async function decrypted(jwe: string, { key, alg }: SealingKey): Promise<Uint8Array> {
  try {
    const options = { keyManagementAlgorithms: [alg], contentEncryptionAlgorithms: [enc] }
    return (await compactDecrypt(jwe, key, options)).plaintext
  } catch {
    throw refuse('cannot be opened')
  }
}

/** The credential that a token carries. A BadToken where it doesn't open, or was sealed for another token. */
export async function openCredential(
  jwe: string,
  place: Place,
  keys: readonly SealingKey[],
): Promise<UpstreamCredential> {
  const bytes = await decrypted(jwe, keyFor(jwe, keys))
  const read = plaintext.safeParse(readObject(Buffer.from(bytes), 'payload') as Json)
  // The words of an issue may quote what stands there.
  if (!read.success) throw refuse(`is not one: ${faultOf(read.error).split(':')[0]}`)
  const { aud, jti, credential } = read.data
  if (aud !== place.aud || jti !== place.jti) throw refuse('was sealed for another token')
  return outgoing(credential)
}
