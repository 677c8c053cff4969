import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'

/** `size` bytes that nobody can foretell. */
export type RandomBytes = (size: number) => Uint8Array

const algorithm = 'aes-256-gcm'
const nonceLength = 12
const tagLength = 16

/**
 * Seals text with AES-256-GCM (NIST SP 800-38D) under a random nonce: base64url of nonce, ciphertext and tag. `context`
 * is bound to it: it opens with the same context only.
 */
export function seal(key: KeyObject, text: string, context: string, randomBytes: RandomBytes): string {
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagLength }).setAAD(Buffer.from(context))
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url')
}

/** The text that was sealed with this key and context; undefined where it wasn't, or where one bit differs. */
export function unseal(key: KeyObject, sealed: string, context: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url')
  // Decoding skips what isn't base64url and unused bits of the last character: only one spelling is taken.
  if (bytes.length < nonceLength + tagLength || bytes.toString('base64url') !== sealed) return undefined
  const nonce = bytes.subarray(0, nonceLength)
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagLength })
  decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-tagLength))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(nonceLength, -tagLength)), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}
