import { onceEach } from '@sallyport/core'
import { isNode } from '../compile/node.ts'
import { Datetime } from '../extensions/datetime.ts'
import { Decimal } from '../extensions/decimal.ts'
import { Duration } from '../extensions/duration.ts'
import { IpRange } from '../extensions/ip.ts'
import { type Evaluated, evaluated, namesEntity, namesVariable } from '../logic/evaluated.ts'
import type { Value } from '../values/value.ts'
import { uidOf } from '../values/value-json.ts'
import { ValueSet } from '../values/value-set.ts'

const worked = (json: unknown): Evaluated =>
  namesVariable(json) || namesEntity(json) ? { is: 'unknown' } : evaluated(json)

const workedOnce = onceEach((json: object) => worked(json))

/** What an expression comes to on every question; `unknown` where that is for the question, or for entities, to say. */
export const pureOf = (json: unknown): Evaluated => (isNode(json) ? workedOnce(json) : worked(json))

/** A value that stands in an expression; entities too, which are only compared. */
export function constantIn(json: unknown): Value | undefined {
  const literal = isNode(json) && isNode(json.Value) && isNode(json.Value.__entity) ? json.Value : undefined
  if (literal !== undefined) return uidOf(literal)
  const pure = pureOf(json)
  return pure.is === 'value' ? pure.value : undefined
}

const made = (fn: string, arg: string) => ({ Value: { __extn: { fn, arg } } })

/** An expression for a value; undefined where there is none that is exact, or that asks nothing of entities. */
export function expressionOf(value: Value): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return { Value: value }
  if (value instanceof Duration) return made('duration', `${value.ms}ms`)
  if (value instanceof Decimal) return made('decimal', value.text)
  if (value instanceof IpRange) return made('ip', value.text)
  if (!(value instanceof ValueSet)) return undefined
  const items = value.values.map(expressionOf)
  return items.includes(undefined) ? undefined : { Set: items }
}

/** Moments and lengths of time, and decimals, as the whole numbers that they are compared by; with their kind. */
export function measured(value: Value): { readonly kind: string; readonly count: bigint } | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return { kind: 'long', count: BigInt(value) }
  if (value instanceof Datetime) return { kind: 'datetime', count: BigInt(value.ms) }
  if (value instanceof Duration) return { kind: 'duration', count: BigInt(value.ms) }
  if (value instanceof Decimal) return { kind: 'decimal', count: BigInt(value.units) }
  return undefined
}
