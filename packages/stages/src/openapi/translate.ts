import { BadPattern, type Json, linearTest } from '@sallyport/core'
import { formats } from '../schemas/formats.ts'
import { byDiscriminator } from './discriminator.ts'
import { type At, isObject, type JsonObject, memberOf, type OpenApiDocument, type Part, unfit } from './document.ts'

/** Of what a schema is asked: what isn't meant for that way of a message may not be in it (`readOnly`, `writeOnly`). */
export type Direction = 'request' | 'answer'

const hiddenBy = { request: 'readOnly', answer: 'writeOnly' } as const

/** What a schema is translated with. */
export interface Translating {
  readonly document: OpenApiDocument
  readonly direction: Direction
  /** What stands for the schema that a `$ref` leads to. */
  refer(target: Part): string
}

const types: ReadonlySet<string> = new Set(['null', 'boolean', 'object', 'array', 'number', 'string', 'integer'])

type Keyword = (value: Json, at: At, translating: Translating) => Json | undefined

const asItIs: Keyword = value => value

const schema: Keyword = (json, at, translating) => translate({ json, at }, translating)

const schemas: Keyword = (json, at, translating) => {
  if (!Array.isArray(json)) throw unfit(at, 'must be a list of schemas')
  return json.map((one, i) => translate({ json: one, at: [...at, i] }, translating))
}

const schemaMap: Keyword = (json, at, translating) => {
  if (!isObject(json)) throw unfit(at, 'must be a map of schemas')
  return Object.fromEntries(
    Object.entries(json).map(([name, one]) => [name, translate({ json: one, at: [...at, name] }, translating)]),
  )
}

function requireLinear(pattern: string, at: At): void {
  try {
    linearTest(pattern)
  } catch (error) {
    throw error instanceof BadPattern ? unfit(at, error.message) : error
  }
}

const pattern: Keyword = (json, at) => {
  if (typeof json !== 'string') throw unfit(at, 'must be a pattern')
  requireLinear(json, at)
  return json
}

const patternMap: Keyword = (json, at, translating) => {
  for (const name of Object.keys(isObject(json) ? json : {})) requireLinear(name, at)
  return schemaMap(json, at, translating)
}

const type: Keyword = (json, at) => {
  for (const name of [json].flat())
    if (typeof name !== 'string' || !types.has(name)) throw unfit(at, `${JSON.stringify(name)} is no type`)
  return json
}

/** Formats that nobody here knows say something to people. */
const format: Keyword = json => (typeof json === 'string' && formats.has(json) ? json : undefined)

const whole: Keyword = (json, at) => {
  if (typeof json !== 'number' || !Number.isInteger(json) || json < 0) throw unfit(at, 'must be a whole number')
  return json
}

const number: Keyword = (json, at) => {
  if (typeof json !== 'number') throw unfit(at, 'must be a number')
  return json
}

const list: Keyword = (json, at) => {
  if (!Array.isArray(json)) throw unfit(at, 'must be a list')
  return json
}

const names: Keyword = (json, at) => {
  if (!Array.isArray(json) || json.some(name => typeof name !== 'string')) throw unfit(at, 'must be a list of names')
  return [...new Set(json)]
}

const unread: Keyword = (_, at) => {
  throw unfit(at, 'is not supported')
}

/** What judges, with how it is translated. Every other keyword tells people something, and is left out. */
const keywords: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  ...(['const', 'uniqueItems', 'dependentRequired', 'x-password'] as const).map(name => [name, asItIs] as const),
  ...(
    [
      'minLength',
      'maxLength',
      'minItems',
      'maxItems',
      'minProperties',
      'maxProperties',
      'minContains',
      'maxContains',
    ] as const
  ).map(name => [name, whole] as const),
  ...(['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'] as const).map(
    name => [name, number] as const,
  ),
  ...(
    [
      'items',
      'not',
      'additionalProperties',
      'contains',
      'propertyNames',
      'if',
      'then',
      'else',
      'unevaluatedItems',
      'unevaluatedProperties',
    ] as const
  ).map(name => [name, schema] as const),
  ...(['allOf', 'anyOf', 'oneOf', 'prefixItems'] as const).map(name => [name, schemas] as const),
  ...(['properties', 'dependentSchemas'] as const).map(name => [name, schemaMap] as const),
  ...(['$id', '$anchor', '$dynamicRef', '$dynamicAnchor', '$schema'] as const).map(name => [name, unread] as const),
  ['patternProperties', patternMap],
  ['pattern', pattern],
  ['type', type],
  ['format', format],
  ['enum', list],
  ['required', names],
])

/** What 3.0 says otherwise than 2020-12. */
function modern(old: JsonObject): JsonObject {
  const { exclusiveMinimum: above, exclusiveMaximum: beneath, minimum, maximum, ...rest } = old
  return {
    ...rest,
    ...(typeof above === 'number' && { exclusiveMinimum: above }),
    ...(typeof beneath === 'number' && { exclusiveMaximum: beneath }),
    ...(minimum !== undefined && { [above === true ? 'exclusiveMinimum' : 'minimum']: minimum }),
    ...(maximum !== undefined && { [beneath === true ? 'exclusiveMaximum' : 'maximum']: maximum }),
  }
}

/** Whether a property isn't meant for this way of a message. */
function isHidden(part: Part, { document, direction }: Translating): boolean {
  const mark = hiddenBy[direction]
  return memberOf(part.json, mark) === true || memberOf(document.resolved(part).json, mark) === true
}

/** Without the properties that aren't meant for this way of a message: they may not be there, whether or not they are required. */
function withoutHidden(json: JsonObject, at: At, translating: Translating): JsonObject {
  const { properties, required } = json
  if (!isObject(properties)) return json
  const hidden = Object.keys(properties).filter(name =>
    isHidden({ json: properties[name] ?? null, at: [...at, 'properties', name] }, translating),
  )
  if (hidden.length === 0) return json
  const shown = { ...properties, ...Object.fromEntries(hidden.map(name => [name, false])) }
  const left = Array.isArray(required) && required.filter(name => typeof name !== 'string' || !hidden.includes(name))
  return { ...json, properties: shown, ...(left && { required: left }) }
}

function translated(json: JsonObject, at: At, translating: Translating): JsonObject {
  const judged: JsonObject = {}
  for (const [name, value] of Object.entries(json)) {
    const made = keywords.get(name)?.(value, [...at, name], translating)
    if (made !== undefined) judged[name] = made
  }
  return judged
}

/** `null` is a value of 3.0's nullable schemas, whatever else they say. */
const nullable = (judged: JsonObject): JsonObject => ({ anyOf: [{ type: 'null' }, judged] })

/** A schema of an OpenAPI document as JSON Schema 2020-12. Throws TypeError, with the place, where it is none or can't be judged by. */
export function translate({ json, at }: Part, translating: Translating): Json {
  if (typeof json === 'boolean') return json
  if (!isObject(json)) throw unfit(at, 'must be a schema')
  const { document, refer } = translating
  const reference = json.$ref
  const referred = typeof reference === 'string' ? { $ref: refer(document.target(reference, at)) } : undefined
  if (document.old && referred !== undefined) return referred
  const seen = withoutHidden(document.old ? modern(json) : json, at, translating)
  const chosen = byDiscriminator(seen, at, document)
  const judged = { ...translated(chosen, at, translating), ...referred }
  return document.old && json.nullable === true ? nullable(judged) : judged
}
