import {
  constants,
  createDecipheriv,
  createSecretKey,
  diffieHellman,
  type KeyObject,
  privateDecrypt,
} from 'node:crypto'
import { BadToken } from '../bad-token.ts'
import { fromBase64url } from '../base64url.ts'
import { importPublic } from '../jwk.ts'
import { type JsonObject, readObject } from '../jws.ts'
import { concatKdf } from './concat-kdf.ts'
import { p256Jwk } from './confirmation.ts'
import type { SealingAlg, SealingKey } from './sealing-key.ts'

/** The one content encryption that there is (RFC 7518 section 5.3). */
export const enc = 'A256GCM'
const keyBytes = 32
const ivBytes = 12
const tagBytes = 16

/** The header members that there may be, by algorithm: apu, apv, zip and crit are none of them. */
const headerMembers: Readonly<Record<SealingAlg, readonly string[]>> = {
  'ECDH-ES': ['alg', 'enc', 'kid', 'epk'],
  'RSA-OAEP-256': ['alg', 'enc', 'kid'],
}

export const refuse = (reason: string) => new BadToken('claim', `the sealed credential ${reason}`)

const keyOf = concatKdf({ algorithm: enc, bytes: keyBytes })

type ContentKey = (header: JsonObject, encryptedKey: Buffer, key: KeyObject) => Buffer

/** The content's key, by algorithm. Throws where it can't be had. */
const contentKeys: Readonly<Record<SealingAlg, ContentKey>> = {
  'ECDH-ES'(header, encryptedKey, privateKey) {
    if (encryptedKey.length > 0) throw new RangeError('direct agreement has no encrypted key')
    const epk = p256Jwk.parse(header.epk)
    // Importing refuses a point beside the curve, which would tell of the private key.
    return keyOf(diffieHellman({ privateKey, publicKey: importPublic(epk, epk.kty) }))
  },
  'RSA-OAEP-256': (_, encryptedKey, key) =>
    privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, encryptedKey),
}

function sized(text: string | undefined, bytes?: number): Buffer {
  const read = text === undefined ? undefined : fromBase64url(text)
  if (read === undefined || (bytes !== undefined && read.length !== bytes)) throw new RangeError('a part of a bad size')
  return read
}

function headerFor(
  text: string,
  keys: readonly SealingKey[],
): { readonly header: JsonObject; readonly key: SealingKey } {
  const bytes = fromBase64url(text)
  if (bytes === undefined) throw refuse('has no header')
  const header = readObject(bytes, 'header')
  const key = keys.find(({ kid }) => kid === header.kid)
  if (key === undefined) throw new BadToken('key', 'the sealed credential is for a key that is not here')
  if (header.alg !== key.alg || header.enc !== enc) throw refuse('is sealed by another algorithm than its key is for')
  const surplus = Object.keys(header).find(name => !headerMembers[key.alg].includes(name))
  if (surplus !== undefined) throw refuse('has a header member that is not read')
  return { header, key }
}

/**
 * The plaintext of a compact JWE (RFC 7516 section 5.2) for one of these keys; a BadToken where it doesn't open. By node:crypto,
 * synchronously, as signatures are checked: jose's way through WebCrypto takes three turns in the thread pool.
 */
export function openJwe(jwe: string, keys: readonly SealingKey[]): Buffer {
  const parts = jwe.split('.')
  const [protectedHeader = '', encryptedKey, iv, ciphertext, tag] = parts
  const { header, key } = headerFor(protectedHeader, keys)
  try {
    if (parts.length !== 5) throw new RangeError('not the five parts of a compact JWE')
    // As a KeyObject: of bytes Node finds out that they are none by failing to read them as one, 25 µs for each.
    const contentKey = createSecretKey(contentKeys[key.alg](header, sized(encryptedKey), key.key))
    const decipher = createDecipheriv('aes-256-gcm', contentKey, sized(iv, ivBytes), { authTagLength: tagBytes })
    decipher.setAAD(Buffer.from(protectedHeader, 'latin1')).setAuthTag(sized(tag, tagBytes))
    return Buffer.concat([decipher.update(sized(ciphertext)), decipher.final()])
  } catch {
    throw refuse('cannot be opened')
  }
}
