import {
  canonicalJson,
  isExactNumber,
  type Json,
  JsonError,
  type JsonSink,
  jsonText,
  readJsonTo,
} from '@sallyport/core'
import type { Field, FindFields } from './json-fields.ts'

/** Why chosen values have no canonical form. The message is for the log. */
export class NotCanonical extends Error {
  override readonly name = 'NotCanonical'
}

/** Takes no number that its canonical form would change. */
class ExactNumbers implements JsonSink {
  readonly #field: Field
  readonly #begun: number[] = []

  constructor(field: Field) {
    this.#field = field
  }

  begin(_: number, at: number): void {
    this.#begun.push(at)
  }

  end(value: Json, to: number): Json {
    const { path, written } = this.#field
    const at = this.#begun.pop()
    if (typeof value !== 'number' || isExactNumber(written.slice(at, to))) return value
    throw new NotCanonical(`${path} holds a number that RFC 8785 would write as another one`)
  }
}

const exactValue = (field: Field): Json => readJsonTo(new ExactNumbers(field), field.written)

/** Assigned, `__proto__` would be no member. */
function objectOf(members: readonly (readonly [name: string, value: Json])[]): { [member: string]: Json } {
  return Object.fromEntries(members)
}

/**
 * The canonical JSON (RFC 8785) of an object that has each chosen value of a body under its normalized path (RFC 9535). Throws
 * NotCanonical where the body isn't strict JSON, or a chosen number would be changed.
 */
export function canonicalFields(body: Uint8Array, find: FindFields): string {
  try {
    const fields = find(jsonText(body))
    return canonicalJson(objectOf(fields.map(field => [field.path, exactValue(field)])))
  } catch (error) {
    if (error instanceof JsonError) throw new NotCanonical(`the body is not strict JSON: ${error.message}`)
    throw error
  }
}
