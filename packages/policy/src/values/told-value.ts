import type { CedarValueJson } from '@cedar-policy/cedar-wasm/nodejs'
import { EvaluationError } from '../evaluation-error.ts'
import { Datetime } from '../extensions/datetime.ts'
import { Decimal } from '../extensions/decimal.ts'
import { Duration } from '../extensions/duration.ts'
import { EntityUid } from './entity-uid.ts'
import type { Long } from './long.ts'
import { type Extension, isRecord, type Value, type ValueRecord } from './value.ts'
import { ValueSet } from './value-set.ts'

type Members = Record<string, CedarValueJson>

const call = (fn: string, ...args: readonly CedarValueJson[]): CedarValueJson => ({ __extn: { fn, args: [...args] } })

/** Only doubles cross to the reference engine. */
function toldLong(value: Long): number {
  if (typeof value === 'number') return value
  throw new EvaluationError(`${value} is beyond ±(2^53 - 1)`)
}

function toldExtension(value: Extension): CedarValueJson {
  if (value instanceof Duration) return call('duration', `${value.ms}ms`)
  if (value instanceof Datetime)
    return call('offset', call('datetime', '1970-01-01'), call('duration', `${value.ms}ms`))
  if (value instanceof Decimal) return call('decimal', value.text)
  return call('ip', value.text)
}

/** Names that mean something else in Cedar's JSON. */
const escapes: ReadonlySet<string> = new Set(['__entity', '__extn', '__expr'])

/** A record in Cedar's JSON form. Throws EvaluationError where it has none. */
export function toldRecord(record: ValueRecord): Members {
  for (const name of record.keys()) if (escapes.has(name)) throw new EvaluationError(`a member is named ${name}`)
  return Object.fromEntries([...record].map(([name, value]) => [name, toldValue(value)]))
}

/** A value in Cedar's JSON form. Throws EvaluationError where it has none that is exact. */
function toldValue(value: Value): CedarValueJson {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value !== 'object') return toldLong(value)
  if (value instanceof EntityUid) return { __entity: { type: value.type, id: value.id } }
  if (value instanceof ValueSet) return value.values.map(toldValue)
  return isRecord(value) ? toldRecord(value) : toldExtension(value)
}
