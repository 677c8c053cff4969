import { type Content, JsonError, Problem, readJsonBytes } from '@sallyport/core'
import { valuesOfJson } from './json.ts'
import { valuesOfMultipart } from './multipart.ts'
import { pairsIn } from './pairs.ts'
import { nothing, type Pinned, textAt, type Value } from './value.ts'
import { valuesOfXml } from './xml.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** A body's text. A charset other than UTF-8 is read as what it says nowhere here, so it is not read. */
function textOf({ type, bytes }: Content): string {
  const [, charset = 'utf-8'] = /;[ \t]*charset="?([^;"\s]*)/i.exec(type) ?? []
  if (!/^(?:utf-?8|us-ascii)$/i.test(charset))
    throw new Problem(
      'media-unsupported',
      { detail: 'Bodies are read in UTF-8 here.' },
      `charset ${charset.slice(0, 40)}`,
    )
  try {
    return utf8.decode(bytes)
  } catch {
    throw new Problem('body-malformed', { detail: 'The body is not UTF-8.' }, 'the body is not UTF-8')
  }
}

function jsonOf(content: Content) {
  textOf(content)
  return jsonIn(content.bytes)
}

function jsonIn(bytes: Uint8Array) {
  try {
    return readJsonBytes(bytes)
  } catch (error) {
    if (error instanceof JsonError) throw new Problem('body-malformed', { detail: error.message }, error.message)
    throw error
  }
}

/** Lines of JSON, each a document of its own: their places are told without the line, so that exceptions hold for all. */
function* valuesOfLines(content: Content): Generator<Value> {
  for (const line of textOf(content).split('\n'))
    if (line.trim() !== '') yield* valuesOfJson(jsonIn(Buffer.from(line)), nothing)
}

type Reader = (content: Content, isPinned: Pinned) => Iterable<Value>

/** How bodies are read, by their media types. The first that fits counts. */
const readers: readonly (readonly [type: RegExp, read: Reader])[] = [
  [/^application\/(?:json|[\w.-]+\+json)$/, (content, isPinned) => valuesOfJson(jsonOf(content), isPinned)],
  [/^application\/x-www-form-urlencoded$/, content => pairsIn(textOf(content), 'form')],
  [/^multipart\/form-data$/, ({ bytes, type }) => valuesOfMultipart(bytes, type)],
  [/^(?:application|text)\/xml$|^application\/[\w.-]+\+xml$/, content => valuesOfXml(textOf(content))],
  [/^application\/(?:(?:x-)?ndjson|jsonl|(?:x-)?jsonlines)$/, valuesOfLines],
  [/^text\/[\w.+-]+$|^application\/graphql$/, content => [textAt('text', textOf(content))]],
]

/** Undefined where a body's type is none that can be read. Throws Problem `body-malformed` or `media-unsupported`. */
export function valuesOfBody(content: Content, isPinned: Pinned): Iterable<Value> | undefined {
  const type = content.type.split(';')[0]?.trim().toLowerCase() ?? ''
  const reader = readers.find(([pattern]) => pattern.test(type))
  return reader?.[1](content, isPinned)
}
