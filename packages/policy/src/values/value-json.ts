import { extensionFunctions } from '../extensions/functions.ts'
import { PolicyFault } from '../fault.ts'
import { EntityUid } from './entity-uid.ts'
import type { Value, ValueRecord } from './value.ts'
import { ValueSet } from './value-set.ts'

/** Values within values. */
const depthMax = 64

/** Functions that make a value of a text. */
const makers: ReadonlySet<string> = new Set(['decimal', 'ip', 'datetime', 'duration'])

const isObject = (json: unknown): json is Readonly<Record<string, unknown>> =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

/** The entity that `{ type, id }` names, by itself or as `{ __entity: … }`. Throws PolicyFault where it names none. */
export function uidOf(json: unknown): EntityUid {
  const named = isObject(json) && isObject(json.__entity) ? json.__entity : json
  if (isObject(named) && typeof named.type === 'string' && typeof named.id === 'string')
    return new EntityUid(named.type, wellFormed(named.id))
  throw new PolicyFault('an entity is named by { type, id }')
}

function wellFormed(text: string): string {
  if (text.isWellFormed()) return text
  throw new PolicyFault('a text holds half a character (a lone surrogate)')
}

function numberOf(json: number): number {
  if (Number.isSafeInteger(json)) return json
  throw new PolicyFault(`${json} is no integer within ±(2^53 - 1)`)
}

function extensionOf(json: unknown): Value {
  const { fn, arg, args = [arg] } = isObject(json) ? json : {}
  const [text, more] = Array.isArray(args) ? args : []
  const made = typeof fn === 'string' && makers.has(fn) ? extensionFunctions.get(fn) : undefined
  if (made === undefined || typeof text !== 'string' || more !== undefined)
    throw new PolicyFault(`__extn is no { fn, arg } with one of ${[...makers].join(', ')}`)
  return made.apply(text, text)
}

function read(json: unknown, depth: number): Value {
  if (typeof json === 'boolean') return json
  if (typeof json === 'string') return wellFormed(json)
  if (typeof json === 'number') return numberOf(json)
  if (depth > depthMax) throw new PolicyFault(`values are nested more than ${depthMax} deep`)
  if (Array.isArray(json)) return new ValueSet(json.map(each => read(each, depth + 1)))
  if (!isObject(json)) throw new PolicyFault(`${json === null ? 'null' : typeof json} is no value of Cedar`)
  if (Object.hasOwn(json, '__entity')) return uidOf(json)
  if (Object.hasOwn(json, '__extn')) return extensionOf(json.__extn)
  return recordOf(json, depth)
}

function recordOf(json: object, depth: number): ValueRecord {
  return new Map(Object.entries(json).map(([name, value]) => [wellFormed(name), read(value, depth + 1)]))
}

/**
 * A value of Cedar's JSON form: booleans, safe integers, texts, lists as sets, objects as records, `{ __entity }`, `{ __extn }`.
 * Throws PolicyFault for what Cedar can't hold: null, fractions, integers beyond 2^53, half characters.
 */
export const cedarValue = (json: unknown): Value => read(json, 0)

/** A record of JSON, such as a context or an entity's attributes. */
export function cedarRecord(json: unknown): ValueRecord {
  if (!isObject(json)) throw new PolicyFault('a record is an object')
  return recordOf(json, 0)
}
