import { EvaluationError } from '../evaluation-error.ts'
import { text } from '../values/expected.ts'
import type { Value } from '../values/value.ts'
import { Datetime } from './datetime.ts'
import { Decimal } from './decimal.ts'
import { Duration } from './duration.ts'
import { IpRange, isLoopback, isMulticast } from './ip.ts'

/** A function of Cedar's extensions: how many arguments it takes, the one before the point among them. */
export interface ExtensionFunction {
  readonly takes: 1 | 2
  readonly apply: (first: Value, second: Value) => Value
}

type Class<T> = new (...args: never[]) => T

function the<T>(kind: Class<T>, value: Value): T {
  if (value instanceof kind) return value
  throw new EvaluationError(`type error: expected ${kind.name}`)
}

const made = (read: (written: string) => Value): ExtensionFunction => ({
  takes: 1,
  apply: first => read(text(first)),
})

const of = <A>(kind: Class<A>, apply: (a: A) => Value): ExtensionFunction => ({
  takes: 1,
  apply: first => apply(the(kind, first)),
})

const between = <A, B>(kind: Class<A>, other: Class<B>, apply: (a: A, b: B) => Value): ExtensionFunction => ({
  takes: 2,
  apply: (first, second) => apply(the(kind, first), the(other, second)),
})

const unitsMs = { toMilliseconds: 1, toSeconds: 1000, toMinutes: 60_000, toHours: 3_600_000, toDays: 86_400_000 }

/** By name, as Cedar has them. */
export const extensionFunctions: ReadonlyMap<string, ExtensionFunction> = new Map([
  ['decimal', made(Decimal.read)],
  ['lessThan', between(Decimal, Decimal, (a, b) => a.units < b.units)],
  ['lessThanOrEqual', between(Decimal, Decimal, (a, b) => a.units <= b.units)],
  ['greaterThan', between(Decimal, Decimal, (a, b) => a.units > b.units)],
  ['greaterThanOrEqual', between(Decimal, Decimal, (a, b) => a.units >= b.units)],
  ['ip', made(IpRange.read)],
  ['isIpv4', of(IpRange, ({ version }) => version === 4)],
  ['isIpv6', of(IpRange, ({ version }) => version === 6)],
  ['isLoopback', of(IpRange, isLoopback)],
  ['isMulticast', of(IpRange, isMulticast)],
  ['isInRange', between(IpRange, IpRange, (a, b) => a.isInRange(b))],
  ['datetime', made(Datetime.read)],
  ['offset', between(Datetime, Duration, (a, b) => a.offset(b))],
  ['durationSince', between(Datetime, Datetime, (a, b) => a.since(b))],
  ['toDate', of(Datetime, moment => moment.day())],
  ['toTime', of(Datetime, moment => moment.time())],
  ['duration', made(Duration.read)],
  ...Object.entries(unitsMs).map(([name, ms]) => [name, of(Duration, stretch => stretch.in(ms))] as const),
])
