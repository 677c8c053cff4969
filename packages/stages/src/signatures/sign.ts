import { type SigningKey, signatureOf } from '@sallyport/tokens'
import { type InnerList, type Item, serializeDictionary } from 'structured-headers'
import { httpName } from './algorithms.ts'
import { signatureBase } from './base.ts'
import type { Message } from './message.ts'

/** What is signed, and what is said of it. Times are seconds since the epoch. */
export interface Signing {
  readonly label: string
  readonly covers: readonly Item[]
  readonly created: number
  readonly expires: number
  readonly nonce?: string | undefined
  readonly tag?: string | undefined
}

/** The fields Signature-Input and Signature of a message, by turns (RFC 9421 section 4). Throws BadSignature where a component is missing. */
export function signatureFields(message: Message, signing: Signing, key: SigningKey): readonly string[] {
  const { label, covers, created, expires, nonce, tag } = signing
  const parameters = new Map<string, string | number>([
    ['created', created],
    ['expires', expires],
    ...(nonce === undefined ? [] : ([['nonce', nonce]] as const)),
    ['keyid', key.kid],
    ['alg', httpName(key.alg) ?? ''],
    ...(tag === undefined ? [] : ([['tag', tag]] as const)),
  ])
  const input: InnerList = [[...covers], parameters]
  const signature = signatureOf(signatureBase(input, message), key)
  return [
    ...['Signature-Input', serializeDictionary({ [label]: input })],
    ...['Signature', serializeDictionary({ [label]: signature })],
  ]
}
