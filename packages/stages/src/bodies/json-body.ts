import {
  after,
  type Call,
  type Content,
  HeaderList,
  type HeaderPairs,
  isUtf8,
  type Json,
  JsonError,
  type JsonLimits,
  mediaType,
  Problem,
  readJsonBytes,
} from '@sallyport/core'
import { type Reading, readContent } from './content.ts'

/** `text/json` is no registered type, but one that servers took before there was another, and take still. */
const jsonTypes: ReadonlySet<string> = new Set(['application/json', 'text/json'])

export const isJson = (type: string): boolean => jsonTypes.has(type) || type.endsWith('+json')

/** Whether a content type is JSON in UTF-8, as far as it tells. */
export const isJsonType = (written: string): boolean => isJson(mediaType(written)) && isUtf8(written)

/** The content type of an answer; empty where there is none, or several, of which readers take one or the other. */
export function answerType(headers: HeaderPairs): string {
  const [type = '', more] = new HeaderList(headers).all('content-type')
  return more === undefined ? type : ''
}

interface JsonReading extends Reading {
  readonly json: JsonLimits
  /** What a caller is told who sends something else. */
  readonly why: string
}

function jsonIn({ bytes }: Content, limits: JsonLimits): Json {
  try {
    return readJsonBytes(bytes, limits)
  } catch (error) {
    if (error instanceof JsonError) throw new Problem('body-malformed', { detail: error.message }, error.message)
    throw error
  }
}

/**
 * The JSON body of a call, read once and kept: exactly these bytes go on. Undefined where there is none. Throws Problem
 * `media-unsupported`, `body-malformed`, `body-too-large` or `overloaded`.
 */
export function readJsonBody(
  call: Pick<Call, 'id' | 'headers' | 'body'>,
  { why, json, ...reading }: JsonReading,
): Json | undefined | Promise<Json | undefined> {
  if (call.body.length === 0) return undefined
  const written = call.headers.get('content-type') ?? ''
  if (!isJsonType(written)) {
    throw new Problem('media-unsupported', { detail: why }, `content type ${written.slice(0, 100)}`)
  }
  return after(readContent(call, reading), content => content && jsonIn(content, json))
}
