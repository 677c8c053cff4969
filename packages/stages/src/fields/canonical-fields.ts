import { canonicalJson, isExactNumber, type Json, JsonError, jsonText, readJson } from '@sallyport/core'
import type { Field, FindFields } from './json-fields.ts'

/** Why chosen values have no canonical form. The message is for the log. */
export class NotCanonical extends Error {
  override readonly name = 'NotCanonical'
}

/** The numbers of a JSON text; what looks like one within a string is stepped over. */
const numbersOrStrings = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g

function requireExact({ path, written }: Field): void {
  for (const [found] of written.matchAll(numbersOrStrings)) {
    if (found.startsWith('"') || isExactNumber(found)) continue
    throw new NotCanonical(`${path} holds a number that RFC 8785 would write as another one`)
  }
}

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
    for (const field of fields) requireExact(field)
    return canonicalJson(objectOf(fields.map(({ path, written }) => [path, readJson(written)])))
  } catch (error) {
    if (error instanceof JsonError) throw new NotCanonical(`the body is not strict JSON: ${error.message}`)
    throw error
  }
}
