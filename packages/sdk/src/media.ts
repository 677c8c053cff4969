import { httpToken } from './http-token.ts'

/** A piece of a stream. */
type Piece = Uint8Array | string

/** What a handler gives for a stream: pieces as they come, or what makes them once `signal` is there, which aborts when the caller has gone. */
export type Streamed = AsyncIterable<Piece> | ((signal: AbortSignal) => AsyncIterable<Piece>)

/** What bodies that aren't JSON are in a handler. */
export interface MediaValues {
  readonly text: string
  readonly bytes: Uint8Array
  readonly stream: Streamed
}

/** A body that isn't JSON: its media type, and what it is in a handler. */
export class Media<Form extends keyof MediaValues> {
  readonly form: Form
  /** As Content-Type has it. */
  readonly type: string
  /** Bytes that a caller may send. */
  readonly max: number

  constructor(form: Form, type: string, max: number) {
    this.form = form
    this.type = type
    this.max = max
  }
}

export interface MediaOptions {
  /** Bytes that a caller may send: 1 MiB unless given, 64 MiB at the most. Answers may have any number. */
  readonly max?: number
}

/** Bytes of a request body unless an operation says otherwise. */
export const usualMax = 2 ** 20
const most = 2 ** 26

/** `type/subtype; name=value` (RFC 9110 section 8.3.1). */
const mediaType = new RegExp(
  `^${httpToken}/${httpToken}(?:; ${httpToken}=(?:${httpToken}|"[^"\\\\\\x00-\\x1f\\x7f-\\uffff]*"))*$`,
)

function media<Form extends keyof MediaValues>(
  form: Form,
  type: string,
  { max = usualMax }: MediaOptions,
): Media<Form> {
  if (typeof type !== 'string' || !mediaType.test(type) || type.startsWith('*'))
    throw new TypeError(`${form}: needs a media type such as text/csv`)
  if (!Number.isSafeInteger(max) || max < 1 || max > most)
    throw new TypeError(`${form}.max: needs a whole number of bytes from 1 to ${most}`)
  return Object.freeze(new Media(form, type, max))
}

const isText = (type: string) => /^text\//i.test(type) && !/charset/i.test(type)

const otherCharset = /; charset=(?!"?utf-8"?(?:;|$))/i

/** Text in UTF-8: `text('text/csv')`. Throws TypeError for what is no media type, or is of another charset. */
export function text(type: string, options: MediaOptions = {}): Media<'text'> {
  if (otherCharset.test(type)) throw new TypeError('text: texts are in UTF-8; for another charset take bytes')
  return media('text', isText(type) ? `${type}; charset=utf-8` : type, options)
}

/** Bytes: `bytes('application/pdf')`. Throws TypeError for what is no media type. */
export const bytes = (type: string, options: MediaOptions = {}): Media<'bytes'> => media('bytes', type, options)

/** An answer that leaves piece by piece: `stream('text/event-stream')`. Throws TypeError for what is no media type. */
export const stream = (type: string): Media<'stream'> => media('stream', type, {})
