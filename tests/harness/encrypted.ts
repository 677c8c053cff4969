import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { CompactEncrypt, compactDecrypt } from 'jose'

/** A key pair to encrypt for, by its name. */
export interface Recipient {
  readonly kid: string
  readonly alg: string
  readonly key: KeyObject
  readonly pem: string
  readonly jwk: object
}

function recipientOf(kid: string, alg: string, key: KeyObject): Recipient {
  const jwk = { ...createPublicKey(key).export({ format: 'jwk' }), kid, alg, use: 'enc' }
  return { kid, alg, key, pem: String(key.export({ type: 'pkcs8', format: 'pem' })), jwk }
}

export const ecRecipient = (kid: string) =>
  recipientOf(kid, 'ECDH-ES+A256KW', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
export const rsaRecipient = (kid: string) =>
  recipientOf(kid, 'RSA-OAEP-256', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)

export const jwksFor = (...recipients: readonly Recipient[]) =>
  JSON.stringify({ keys: recipients.map(({ jwk }) => jwk) })

/** What a compact JWE holds, for whoever has the key. */
export async function opened(
  jwe: unknown,
  { key, kid }: Recipient,
): Promise<{ text: string; cty: string | undefined }> {
  const { plaintext, protectedHeader } = await compactDecrypt(String(jwe), key)
  if (protectedHeader.kid !== kid) throw new Error(`the JWE is for ${protectedHeader.kid}`)
  return { text: Buffer.from(plaintext).toString(), cty: protectedHeader.cty }
}

/** A compact JWE for somebody, by jose; `header` beside or in place of what is usual. */
export const sealed = (text: string, { key, kid, alg }: Recipient, header: Readonly<Record<string, unknown>> = {}) =>
  new CompactEncrypt(Buffer.from(text))
    .setProtectedHeader({ alg, enc: 'A256GCM', kid, cty: 'application/json', ...header })
    .encrypt(createPublicKey(key))
