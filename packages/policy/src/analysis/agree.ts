import type { IpRange } from '../extensions/ip.ts'
import { EntityUid } from '../values/entity-uid.ts'
import { equal, type Value } from '../values/value.ts'
import { ValueSet } from '../values/value-set.ts'
import type { Fact } from './facts.ts'
import { measured } from './pure.ts'

type Of<Says extends Fact['says']> = Extract<Fact, { readonly says: Says }>

const saying = <Says extends Fact['says']>(facts: readonly Fact[], ...says: readonly Says[]): readonly Of<Says>[] =>
  facts.filter((fact): fact is Of<Says> => says.some(each => each === fact.says))

const holds = (values: readonly Value[], value: Value) => values.some(each => equal(each, value))

/** Numbers that are few enough to be looked at one by one. */
const mostCounted = 200n

const greatest = (all: readonly (bigint | undefined)[]) =>
  all.reduce<bigint | undefined>(
    (best, each) => (best === undefined || (each !== undefined && each > best) ? each : best),
    undefined,
  )
const least = (all: readonly (bigint | undefined)[]) =>
  all.reduce<bigint | undefined>(
    (best, each) => (best === undefined || (each !== undefined && each < best) ? each : best),
    undefined,
  )

interface Span {
  readonly kinds: ReadonlySet<string>
  readonly low: bigint | undefined
  readonly high: bigint | undefined
}

function spanOf(facts: readonly Fact[]): Span {
  const all = saying(facts, 'between')
  return {
    kinds: new Set(all.map(({ kind }) => kind)),
    low: greatest(all.map(({ low }) => low)),
    high: least(all.map(({ high }) => high)),
  }
}

const isEmptySpan = ({ kinds, low, high }: Span) =>
  kinds.size > 1 || (low !== undefined && high !== undefined && low > high)

function isWithin(value: Value, { kinds, low, high }: Span): boolean {
  if (kinds.size === 0) return true
  const { kind, count } = measured(value) ?? {}
  if (kind === undefined || count === undefined || !kinds.has(kind)) return false
  return (low === undefined || count >= low) && (high === undefined || count <= high)
}

/** All numbers of a span, where they are few. */
function counted({ kinds, low, high }: Span): readonly Value[] | undefined {
  if (!kinds.has('long') || low === undefined || high === undefined || high - low > mostCounted) return undefined
  if (!Number.isSafeInteger(Number(low)) || !Number.isSafeInteger(Number(high))) return undefined
  return Array.from({ length: Number(high - low) + 1 }, (_, i) => Number(low) + i)
}

const typesAgree = (facts: readonly Fact[]) => {
  const types = saying(facts, 'type')
  const wanted = new Set(types.filter(each => each.wanted).map(({ type }) => type))
  return wanted.size < 2 && types.every(each => each.wanted || !wanted.has(each.type))
}

const isOfTypes = (value: Value, facts: readonly Fact[]) =>
  saying(facts, 'type').every(({ type, wanted }) => value instanceof EntityUid && (value.type === type) === wanted)

/** Whether a set can hold and lack what it must. */
function setsAgree(facts: readonly Fact[]): boolean {
  const held = saying(facts, 'holds').flatMap(({ values }) => values)
  const lacked = saying(facts, 'lacks').flatMap(({ values }) => values)
  if (held.some(value => holds(lacked, value))) return false
  if (saying(facts, 'holds some').some(({ values }) => values.every(value => holds(lacked, value)))) return false
  if (saying(facts, 'lacks some').some(({ values }) => values.every(value => holds(held, value)))) return false
  const isEmpty = saying(facts, 'empty').some(({ wanted }) => wanted)
  return !isEmpty || (held.length === 0 && saying(facts, 'holds some').length === 0)
}

const isSetOf = (value: Value, facts: readonly Fact[]) => {
  const said = saying(facts, 'holds', 'lacks', 'holds some', 'lacks some', 'empty')
  if (said.length === 0) return true
  if (!(value instanceof ValueSet)) return false
  const own: readonly Fact[] = [{ says: 'holds', values: value.values }]
  return said.every(fact => {
    if (fact.says === 'holds') return fact.values.every(each => value.has(each))
    if (fact.says === 'holds some') return fact.values.some(each => value.has(each))
    if (fact.says === 'empty') return (value.values.length === 0) === fact.wanted
    return setsAgree([...own, fact])
  })
}

const overlap = (a: IpRange, b: IpRange) => a.isInRange(b) || b.isInRange(a)

/** Whether an address can be in all ranges that it must be in, and in none that it must not. */
function rangesAgree(facts: readonly Fact[]): boolean {
  const all = saying(facts, 'in range')
  const wanted = all.filter(each => each.wanted).map(({ ranges }) => ranges)
  const others = all.filter(each => !each.wanted).flatMap(({ ranges }) => ranges)
  const left = wanted.map(ranges => ranges.filter(range => !others.some(other => range.isInRange(other))))
  return left.every(ranges => left.every(more => ranges.some(range => more.some(each => overlap(range, each)))))
}

/** Values that a term may have by what is said of it; undefined where they are too many. */
export function candidatesOf(facts: readonly Fact[]): readonly Value[] | undefined {
  const span = spanOf(facts)
  const [first, ...others] = [
    ...saying(facts, 'among').map(({ values }) => values),
    ...(isEmptySpan(span) ? [[]] : [counted(span) ?? []].filter(values => values.length > 0)),
  ]
  if (first === undefined) return undefined
  const not = saying(facts, 'not').map(({ value }) => value)
  return first.filter(
    value =>
      others.every(values => holds(values, value)) &&
      !holds(not, value) &&
      isWithin(value, span) &&
      isOfTypes(value, facts) &&
      isSetOf(value, facts),
  )
}

/** Whether what is said of one term can be true of one value. */
export const agree = (facts: readonly Fact[]): boolean =>
  !isEmptySpan(spanOf(facts)) && typesAgree(facts) && setsAgree(facts) && rangesAgree(facts)
