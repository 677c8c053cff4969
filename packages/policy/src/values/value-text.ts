import { Datetime } from '../extensions/datetime.ts'
import { Decimal } from '../extensions/decimal.ts'
import { Duration } from '../extensions/duration.ts'
import type { IpRange } from '../extensions/ip.ts'
import { EntityUid } from './entity-uid.ts'
import { isLong, type Long } from './long.ts'
import { isRecord, type Value } from './value.ts'
import { ValueSet } from './value-set.ts'

const units = [
  ['d', 86_400_000n],
  ['h', 3_600_000n],
  ['m', 60_000n],
  ['s', 1000n],
  ['ms', 1n],
] as const

/** `1d2h3m4s5ms`, without the units of which there are none. */
function durationText(ms: Long): string {
  const whole = BigInt(ms)
  let rest = whole < 0n ? -whole : whole
  const parts = units.map(([unit, each]) => {
    const count = rest / each
    rest %= each
    return count === 0n ? '' : `${count}${unit}`
  })
  return `${whole < 0n ? '-' : ''}${parts.join('') || '0s'}`
}

/** RFC 3339 in UTC; milliseconds where that has no year of four digits. */
function datetimeText(ms: Long): string {
  const date = new Date(Number(ms))
  const text = Number.isNaN(date.getTime()) ? '' : date.toISOString()
  return /^\d{4}-/.test(text) ? text.replace('.000Z', 'Z') : `${ms} ms`
}

const recordText = (record: ReadonlyMap<string, Value>) =>
  `{${[...record].map(([name, value]) => `${JSON.stringify(name)}: ${valueText(value)}`).join(', ')}}`

/** A value as policies write it, and people read it. */
export function valueText(value: Value): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'boolean' || isLong(value)) return String(value)
  if (value instanceof EntityUid) return `${value.type}::${JSON.stringify(value.id)}`
  if (value instanceof ValueSet) return `[${value.values.map(valueText).join(', ')}]`
  if (isRecord(value)) return recordText(value)
  return extensionText(value)
}

/** Without the length of what a single address begins with. */
export const addressText = ({ text }: IpRange): string => text.replace(/(?<=^[\d.]+)\/32$|\/128$/, '')

function extensionText(
  value: Exclude<Value, boolean | Long | string | EntityUid | ValueSet | ReadonlyMap<string, Value>>,
) {
  if (value instanceof Datetime) return datetimeText(value.ms)
  if (value instanceof Duration) return durationText(value.ms)
  if (value instanceof Decimal) return value.text.replace(/0{1,3}$/, '')
  return addressText(value)
}
