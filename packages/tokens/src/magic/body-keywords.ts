import type { Json } from '@sallyport/core'
import type { BodyTest, Compiling, SchemaObject } from './body-schema.ts'
import { Unjudgeable, type Work } from './work.ts'

export type KeywordTest = BodyTest

type Fail = (fault: string) => never
type Keyword = (schema: SchemaObject, compiling: Compiling, fail: Fail) => KeywordTest

type JsonObject = { readonly [member: string]: Json }

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: Json | undefined): value is string => typeof value === 'string'

/** Beyond 2^53 the reader's doubles are no longer the numbers that were written, and another reader may see those. */
function exact(value: number): number {
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new Unjudgeable('a whole number beyond 2^53 stands where numbers are compared')
  }
  return value
}

/** Equality of JSON values (JSON Schema Core section 4.2.2): members in any order, numbers by value. */
function same(one: Json, other: Json, work: Work): boolean {
  work.spend(1)
  if (typeof one === 'number' && typeof other === 'number') return exact(one) === other
  if (Array.isArray(one)) {
    return (
      Array.isArray(other) && one.length === other.length && one.every((item, i) => same(item, other[i] ?? null, work))
    )
  }
  if (!isObject(one)) return one === other
  if (!isObject(other)) return false
  const names = Object.keys(one)
  return (
    names.length === Object.keys(other).length &&
    names.every(name => Object.hasOwn(other, name) && same(one[name] ?? null, other[name] ?? null, work))
  )
}

/** Numbers in a schema are those that were written. */
function isSound(value: Json): boolean {
  if (typeof value === 'number') return !Number.isInteger(value) || Number.isSafeInteger(value)
  return typeof value !== 'object' || value === null || Object.values(value).every(isSound)
}

function sound(value: Json | undefined, fail: Fail): Json {
  return value !== undefined && isSound(value) ? value : fail('holds a whole number beyond 2^53')
}

const types: ReadonlyMap<string, (value: Json) => boolean> = new Map<string, (value: Json) => boolean>([
  ['null', value => value === null],
  ['boolean', value => typeof value === 'boolean'],
  ['object', isObject],
  ['array', value => Array.isArray(value)],
  ['number', value => typeof value === 'number'],
  ['integer', value => typeof value === 'number' && Number.isInteger(exact(value))],
  ['string', isText],
])

/** Where JSON Schema has each name stand once (Validation sections 6.1.1 and 6.5.3): repeated ones would be work for nothing. */
const areUnique = (names: readonly unknown[]) => new Set(names).size === names.length

const type: Keyword = (schema, _, fail) => {
  const names = [schema.type].flat()
  if (!areUnique(names)) fail('names a type twice')
  const tests = names.map(
    name => (isText(name) ? types.get(name) : undefined) ?? fail('names a type that there is not'),
  )
  if (tests.length === 0) fail('names no type')
  return (value, work) => {
    work.spend(tests.length)
    return tests.some(test => test(value))
  }
}

const enumeration: Keyword = (schema, _, fail) => {
  const values = schema.enum
  if (!Array.isArray(values) || values.length === 0) return fail('needs a list of values')
  sound(values, fail)
  return (value, work) => values.some(one => same(value, one, work))
}

const constant: Keyword = (schema, _, fail) => {
  const wanted = sound(schema.const, fail)
  return (value, work) => same(value, wanted, work)
}

const properties: Keyword = (schema, { inner }, fail) => {
  if (!isObject(schema.properties)) return fail('needs an object of schemas')
  const tests = Object.entries(schema.properties).map(([name, member]) => [name, inner(member)] as const)
  return (value, work) => {
    if (!isObject(value)) return true
    work.spend(tests.length)
    return tests.every(([name, test]) => !Object.hasOwn(value, name) || test(value[name] ?? null, work))
  }
}

const required: Keyword = (schema, _, fail) => {
  const names = schema.required
  if (!Array.isArray(names) || !names.every(isText)) return fail('needs a list of names')
  if (!areUnique(names)) fail('names a member twice')
  return (value, work) => {
    if (!isObject(value)) return true
    work.spend(names.length)
    return names.every(name => Object.hasOwn(value, name))
  }
}

const additionalProperties: Keyword = (schema, { inner }) => {
  const named = new Set(isObject(schema.properties) ? Object.keys(schema.properties) : [])
  const test = inner(schema.additionalProperties)
  return (value, work) => {
    if (!isObject(value)) return true
    const names = Object.keys(value)
    work.spend(names.length)
    return names.every(name => named.has(name) || test(value[name] ?? null, work))
  }
}

const items: Keyword = (schema, { inner }) => {
  const test = inner(schema.items)
  return (value, work) => !Array.isArray(value) || value.every(item => test(item, work))
}

const pattern: Keyword = (schema, compiling, fail) => {
  const expression = compiling.pattern(isText(schema.pattern) ? schema.pattern : fail('needs a text'))
  return (value, work) => !isText(value) || expression.occursIn(value, work)
}

/** RFC 8259 texts are counted by characters (JSON Schema Validation section 6.3.1), not by UTF-16 units. */
function characters(text: string, work: Work): number {
  work.spend(text.length)
  return [...text].length
}

function bound(
  name: string,
  least: number,
  measure: (value: Json, work: Work) => number | undefined,
  holds: (measured: number, limit: number) => boolean,
): Keyword {
  return (schema, _, fail) => {
    const limit = sound(schema[name], fail)
    if (typeof limit !== 'number' || limit < least) return fail('needs a number')
    return (value, work) => {
      const measured = measure(value, work)
      return measured === undefined || holds(measured, limit)
    }
  }
}

const size = (value: Json) => (Array.isArray(value) ? value.length : undefined)
const length = (value: Json, work: Work) => (isText(value) ? characters(value, work) : undefined)
const amount = (value: Json) => (typeof value === 'number' ? exact(value) : undefined)
const atLeast = (measured: number, limit: number) => measured >= limit
const atMost = (measured: number, limit: number) => measured <= limit
const any = Number.NEGATIVE_INFINITY

function several(name: 'anyOf' | 'allOf', join: (tests: readonly BodyTest[]) => BodyTest): Keyword {
  return (schema, { inner }, fail) => {
    const schemas = schema[name]
    if (!Array.isArray(schemas) || schemas.length === 0) return fail('needs a list of schemas')
    return join(schemas.map(inner))
  }
}

const not: Keyword = (schema, { inner }) => {
  const test = inner(schema.not)
  return (value, work) => !test(value, work)
}

/** Every keyword that is judged by, one line each. A Map, so that a keyword `constructor` finds nothing. */
export const keywords: ReadonlyMap<string, Keyword> = new Map([
  ['type', type],
  ['const', constant],
  ['enum', enumeration],
  ['properties', properties],
  ['required', required],
  ['additionalProperties', additionalProperties],
  ['items', items],
  ['minItems', bound('minItems', 0, size, atLeast)],
  ['maxItems', bound('maxItems', 0, size, atMost)],
  ['minimum', bound('minimum', any, amount, atLeast)],
  ['maximum', bound('maximum', any, amount, atMost)],
  ['minLength', bound('minLength', 0, length, atLeast)],
  ['maxLength', bound('maxLength', 0, length, atMost)],
  ['pattern', pattern],
  ['anyOf', several('anyOf', tests => (value, work) => tests.some(test => test(value, work)))],
  ['allOf', several('allOf', tests => (value, work) => tests.every(test => test(value, work)))],
  ['not', not],
])
