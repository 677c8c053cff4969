import type { Json } from '@sallyport/core'
import { query } from 'jsonpath-rfc9535'
import parse from 'jsonpath-rfc9535/parser'

/** A JSONPath that can't be read (RFC 9535). */
export class BadJsonPath extends Error {
  override readonly name = 'BadJsonPath'
}

/** Every value that a JSONPath leads to, in its order. Throws BadJsonPath where it is none. */
export function readJsonPath(text: string): (json: Json) => Json[] {
  try {
    parse(text)
  } catch {
    throw new BadJsonPath('needs a JSONPath of RFC 9535, such as $.rrsets[*]')
  }
  return json => query(json, text)
}
