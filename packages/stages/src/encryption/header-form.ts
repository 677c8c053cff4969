import { HeaderList, type HeaderPairs } from '@sallyport/core'
import { z } from 'zod'
import { mayPass } from '../forward/request-headers.ts'
import { NotEncrypted } from './not-encrypted.ts'

/** The field that has encrypted fields in it. */
export const encryptedHeaders = 'Sallyport-Encrypted-Headers'

const isToken = (name: string) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)

/** Fields that say how a message is framed, and where it goes, are never encrypted. */
export const headerNames = z
  .array(
    z
      .string()
      .refine(name => isToken(name) && mayPass(name), 'needs a field that does not frame or address the message'),
  )
  .min(1)
  .transform(names => new Set(names.map(name => name.toLowerCase())))

const pairs = z.array(z.tuple([z.string(), z.string()])).max(256)

/** Fields as the JSON that is encrypted: `[["Name", "value"], …]`, in their order. */
export function headersText(headers: HeaderPairs, names: ReadonlySet<string>): string {
  const list = new HeaderList(headers)
  const chosen = list.names.flatMap((name, i) => (names.has(name) ? [[headers[i * 2] ?? '', list.valueAt(i)]] : []))
  return JSON.stringify(chosen)
}

/** A field value as it may stand on the wire (RFC 9110 section 5.5). */
const isValue = (value: string) => /^(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?$/.test(value)

/** The fields in a decrypted JSON. Throws NotEncrypted where it has another form, or one that isn't among these names. */
export function headersIn(json: unknown, names: ReadonlySet<string>): string[] {
  const read = pairs.safeParse(json)
  if (!read.success) throw new NotEncrypted('the encrypted fields are no list of names and values')
  for (const [name, value] of read.data) {
    if (!names.has(name.toLowerCase())) throw new NotEncrypted('a field is encrypted that may not be')
    if (!isToken(name) || !isValue(value)) throw new NotEncrypted('an encrypted field could not stand in a message')
  }
  return read.data.flat()
}
