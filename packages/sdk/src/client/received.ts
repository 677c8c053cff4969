import { isUtf8, mediaType } from '@sallyport/core/portable'
import { Media, type MediaValues } from '../media.ts'
import type { Schema } from '../schema.ts'
import { piecesOf } from './pieces.ts'

/** A form that answers have. */
interface Form {
  /** Whether its bytes are a text, of which a charset would make another one. */
  readonly isText: boolean
  /** What a body comes to: nothing where it isn't of this form. */
  read(response: Response): unknown
}

/** JSON as it came, or nothing. */
export async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text()
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function textOf(response: Response): Promise<string | undefined> {
  const bytes = await response.arrayBuffer()
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

const json: Form = { isText: true, read: jsonOf }
const forms: Readonly<Record<keyof MediaValues, Form>> = {
  text: { isText: true, read: textOf },
  bytes: { isText: false, read: async response => new Uint8Array(await response.arrayBuffer()) },
  stream: { isText: false, read: piecesOf },
}

/** How an answer is read that is declared like this, and what it says that it is. */
export function receivedAs(declared: Schema | Media<keyof MediaValues>) {
  const isMedia = declared instanceof Media
  const type = mediaType(isMedia ? declared.type : 'application/json')
  const { isText, read } = isMedia ? forms[declared.form] : json
  const isOf = (written: string) => mediaType(written) === type && (!isText || isUtf8(written))
  return { type, isOf, read }
}
