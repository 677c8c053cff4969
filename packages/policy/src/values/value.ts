import type { Datetime } from '../extensions/datetime.ts'
import type { Decimal } from '../extensions/decimal.ts'
import type { Duration } from '../extensions/duration.ts'
import type { IpRange } from '../extensions/ip.ts'
import { EntityUid } from './entity-uid.ts'
import type { Long } from './long.ts'
import { ValueSet } from './value-set.ts'

export type Extension = Datetime | Decimal | Duration | IpRange
export type ValueRecord = ReadonlyMap<string, Value>

/** A value of Cedar. Nothing in it changes. */
export type Value = boolean | Long | string | EntityUid | ValueSet | ValueRecord | Extension

/** Whether it is a record; the other kind of value that has attributes is an entity. */
export const isRecord = (value: Value): value is ValueRecord => value instanceof Map

const tagged = (tag: string, parts: readonly string[]) => JSON.stringify([tag, ...parts])

function keyOfRecord(record: ValueRecord): string {
  const members = [...record].map(([name, value]) => tagged(name, [keyOf(value)]))
  return tagged('record', members.sort())
}

/** One text for each value: two values are equal where their texts are. */
export function keyOf(value: Value): string {
  if (typeof value === 'string') return `"${value}`
  if (typeof value !== 'object') return String(value)
  if (value instanceof EntityUid) return tagged('entity', [value.key])
  if (value instanceof ValueSet) return tagged('set', [...value.keys].sort())
  if (isRecord(value)) return keyOfRecord(value)
  return value.key
}

function sameRecord(a: ValueRecord, b: ValueRecord): boolean {
  if (a.size !== b.size) return false
  for (const [name, value] of a) {
    const other = b.get(name)
    if (other === undefined || !equal(value, other)) return false
  }
  return true
}

/** Whether two values are one, as `==` of Cedar: of different types they never are. */
export function equal(a: Value, b: Value): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object') return false
  if (a instanceof EntityUid) return b instanceof EntityUid && a.is(b)
  if (isRecord(a)) return isRecord(b) && sameRecord(a, b)
  if (a instanceof ValueSet) return b instanceof ValueSet && a.size === b.size && a.hasAll(b)
  return keyOf(a) === keyOf(b)
}
