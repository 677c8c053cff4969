import { type JsonPlace, readJson, type Span, spansOf } from '@sallyport/core'
import { exec } from 'jsonpath-rfc9535'
import { BadJsonPath, readLinearPath } from '../json-path.ts'

/** One value that was chosen in a JSON text. */
export interface Field {
  /** Its normalized path (RFC 9535 section 2.7). */
  readonly path: string
  readonly span: Span
  /** As it is written in the text. */
  readonly written: string
}

/** Values past which nothing is chosen any more. */
const fieldsMax = 10_000

/** A body in which more is chosen than anybody looks for. */
export class TooManyFields extends Error {
  override readonly name = 'TooManyFields'
}

/** Throws TooManyFields where there are more than so many. */
export function requireAtMost(fields: readonly unknown[], most: number): void {
  if (fields.length > most) throw new TooManyFields(`more than ${most} values are chosen`)
}

function requirePath(text: string): void {
  try {
    readLinearPath(text)
  } catch (error) {
    throw error instanceof BadJsonPath ? new TypeError(`${text}: ${error.message}`) : error
  }
}

const escaped = /\\(?:u([\da-f]{4})|([bfnrt'\\]))/g
const signs: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/** A name out of a normalized path. */
const plainName = (written: string) =>
  written.replace(escaped, (_, code: string | undefined, sign = '') =>
    code === undefined ? (signs[sign] ?? sign) : String.fromCharCode(Number.parseInt(code, 16)),
  )

const placeOf = (path: JsonPlace): JsonPlace => path.map(step => (typeof step === 'number' ? step : plainName(step)))

const normalized = (path: JsonPlace) =>
  `$${path.map(step => (typeof step === 'number' ? `[${step}]` : `['${step}']`)).join('')}`

/** Each value that one of the paths leads to, once, in the order in which they stand. Throws JsonError, TooManyFields. */
export type FindFields = (text: string) => readonly Field[]

/** Reads JSONPaths (RFC 9535). Throws TypeError where one is none, or would not run in about linear time. */
export function fieldsAt(expressions: readonly string[]): FindFields {
  for (const expression of expressions) requirePath(expression)
  return text => {
    const json = readJson(text)
    const found = new Map<string, JsonPlace>()
    for (const expression of expressions) {
      exec(json, expression, (_, path) => {
        if (found.size >= fieldsMax) throw new TooManyFields(`more than ${fieldsMax} values are chosen`)
        found.set(normalized(path), placeOf(path))
      })
    }
    const spans = spansOf(text, [...found.values()])
    const fields = [...found.keys()].flatMap((path, i) => {
      const span = spans[i]
      return span === undefined ? [] : [{ path, span, written: text.slice(span.start, span.end) }]
    })
    if (fields.length < found.size) throw new RangeError('a value that was chosen stands nowhere')
    return fields.sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end)
  }
}

/** Those that stand in none of the others. The fields are in order. */
export function outermost(fields: readonly Field[]): readonly Field[] {
  let end = 0
  return fields.filter(({ span }) => {
    const outer = span.start >= end
    if (outer) end = span.end
    return outer
  })
}
