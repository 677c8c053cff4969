import { createPublicKey, X509Certificate } from 'node:crypto'
import { type Json, readJson } from '@sallyport/core'
import { isPrivateJwk, readJwk, type SecretsAllowed } from './jwk.ts'
import type { JsonObject } from './jws.ts'
import { type KeySet, keySet } from './key-set.ts'
import { readRecipientJwk } from './recipient-key.ts'
import { BadKey, type VerificationKey, verificationKey } from './verification-key.ts'

const maximumKeys = 256

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readDocument(text: string): Json {
  try {
    return readJson(text)
  } catch (error) {
    throw new BadKey(`not a strict JSON document: ${error instanceof Error ? error.message : 'unreadable'}`)
  }
}

/** Reads one key of a document. Throws BadKey that says why it isn't used. */
type ReadKey = (jwk: JsonObject) => VerificationKey

function readDocumentWith(document: string | Json, read: ReadKey): KeySet {
  const value = typeof document === 'string' ? readDocument(document) : document
  if (!isObject(value)) throw new BadKey('a key document is a JSON object')
  const entries = Object.hasOwn(value, 'keys') ? value.keys : [value]
  if (!Array.isArray(entries)) throw new BadKey('the member keys is an array')
  if (entries.length > maximumKeys) throw new BadKey(`more than ${maximumKeys} keys`)
  if (entries.some(entry => isObject(entry) && isPrivateJwk(entry))) {
    throw new BadKey('the document holds a private key: give the public half, and make a new key')
  }
  const keys: VerificationKey[] = []
  const notes: string[] = []
  entries.forEach((entry, index) => {
    try {
      if (!isObject(entry)) throw new BadKey("something that isn't a key")
      keys.push(read(entry))
    } catch (error) {
      if (!(error instanceof BadKey)) throw error
      notes.push(`key ${index + 1} is ${error.message}`)
    }
  })
  return keySet(keys, notes)
}

/**
 * A JSON Web Key Set (RFC 7517 section 5) or a single key, as text or as JSON. Keys that can't be used are passed over with a
 * note. A private key refuses the whole document: whoever may read it could sign.
 */
export const readJwks = (document: string | Json, secrets: SecretsAllowed = 'none'): KeySet =>
  readDocumentWith(document, jwk => readJwk(jwk, secrets))

/** Public keys that others may encrypt for, like `readJwks`: their `algorithms` are those of `recipientAlgorithms`. */
export const readRecipientJwks = (document: string | Json): KeySet => readDocumentWith(document, readRecipientJwk)

/**
 * Public keys and certificates in PEM (RFC 7468), one or several. A certificate only carries its key: neither its dates nor who
 * signed it count. These keys have no kid.
 */
export function readPem(text: string): KeySet {
  const blocks = text.match(/-----BEGIN ([A-Z0-9 ]{1,40})-----[A-Za-z0-9+/=\s]+-----END \1-----/g) ?? []
  if (blocks.length === 0) throw new BadKey('neither a JSON Web Key Set nor a PEM block')
  if (blocks.length > maximumKeys) throw new BadKey(`more than ${maximumKeys} keys`)
  return keySet(blocks.map(block => verificationKey(readBlock(block), undefined, undefined)))
}

function readBlock(block: string) {
  if (block.includes('PRIVATE KEY')) throw new BadKey('a private key, where only public ones belong')
  try {
    return block.startsWith('-----BEGIN CERTIFICATE-----')
      ? new X509Certificate(block).publicKey
      : createPublicKey(block)
  } catch {
    throw new BadKey('a PEM block that is neither a public key nor a certificate')
  }
}

/** A file of keys: a JSON Web Key Set where it begins with a brace, else PEM. */
export function readKeys(text: string, secrets: SecretsAllowed = 'none'): KeySet {
  return text.trimStart().startsWith('{') ? readJwks(text, secrets) : readPem(text)
}
