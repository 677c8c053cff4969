import type { Json } from '@sallyport/core'
import { isObject, type JsonObject, memberOf } from '../openapi/document.ts'

/** Where a `$ref` leads; undefined where that isn't known. */
export type Follow = (reference: string) => Json | undefined

const unescaped = (token: string) => token.replaceAll('~1', '/').replaceAll('~0', '~')

/** Follows references within a document. */
export const within =
  (root: Json): Follow =>
  reference =>
    /^#(?:\/|$)/.test(reference)
      ? reference.split('/').slice(1).map(unescaped).reduce<Json | undefined>(memberOf, root)
      : undefined

/** Formats whose texts hold nothing but digits, letters and a few marks. */
const formats: ReadonlySet<Json> = new Set(['uuid', 'date', 'time', 'date-time', 'duration', 'ipv4', 'ipv6'])
const plainTypes: ReadonlySet<Json> = new Set(['integer', 'number', 'boolean', 'null'])

/** References and alternatives that are followed for one place: schemas may lead round in a circle. */
const stepsMax = 50

function isNarrow({ type, enum: values, const: value, format }: JsonObject): boolean {
  if (values !== undefined || value !== undefined) return true
  const types = type === undefined ? [] : [type].flat()
  if (types.length === 0) return false
  const isPlain = types.every(name => plainTypes.has(name))
  return (
    isPlain ||
    (format !== undefined && formats.has(format) && types.every(name => name === 'string' || name === 'null'))
  )
}

function memberSchema({ properties, patternProperties, additionalProperties }: JsonObject, name: string) {
  const property = memberOf(properties, name)
  if (property !== undefined || patternProperties !== undefined) return property
  return isObject(additionalProperties) ? additionalProperties : undefined
}

/** The schema of a member or item: `0` names either, and what is said of the one doesn't hold for the other. */
function inner(schema: JsonObject, token: string): Json | undefined {
  const types = [schema.type ?? []].flat()
  const mayBe = (type: string) => types.length === 0 || types.includes(type)
  if (!/^\d+$/.test(token) || !mayBe('array')) return memberSchema(schema, token)
  return mayBe('object') || schema.prefixItems !== undefined ? undefined : schema.items
}

class Walk {
  readonly #follow: Follow
  #steps = 0

  constructor(follow: Follow) {
    this.#follow = follow
  }

  pins(json: Json | undefined, tokens: readonly string[]): boolean {
    if (!isObject(json) || ++this.#steps > stepsMax) return false
    const { $ref: reference, allOf, anyOf, oneOf } = json
    const [token, ...rest] = tokens
    const own = token === undefined ? isNarrow(json) : this.pins(inner(json, token), rest)
    if (own || (typeof reference === 'string' && this.pins(this.#follow(reference), tokens))) return true
    if (Array.isArray(allOf) && allOf.some(one => this.pins(one, tokens))) return true
    return [anyOf, oneOf].some(all => Array.isArray(all) && all.length > 0 && all.every(one => this.pins(one, tokens)))
  }
}

/**
 * Whether a value at a JSON pointer (RFC 6901) that fits a schema can only be a number, true, false, null, one of a list, a date or the
 * like: nothing that somebody could hide an attack in.
 */
export function isPinned(schema: Json, pointer: string, follow: Follow): boolean {
  return new Walk(follow).pins(schema, pointer.split('/').slice(1).map(unescaped))
}
