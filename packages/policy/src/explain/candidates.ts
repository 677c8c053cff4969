import type { AttributeType } from '@sallyport/core'
import { IpRange } from '../extensions/ip.ts'
import { addressesAt } from '../extensions/ip-bounds.ts'
import type { Terms } from '../logic/terms.ts'
import { isLong } from '../values/long.ts'
import { equal, type Value } from '../values/value.ts'
import { ValueSet } from '../values/value-set.ts'
import { valueText } from '../values/value-text.ts'

/** Values that would make conditions come to something else: those that they name, and behind these what there is besides. */
export interface Candidates<Each> {
  readonly named: readonly Each[]
  readonly usual: readonly Each[]
}

/** The texts that a value is or holds. */
export const textsIn = (value: Value): readonly string[] => {
  if (value instanceof ValueSet) return value.values.flatMap(textsIn)
  return typeof value === 'string' ? [value] : []
}

/** What a text would have to say to be read as a value of another kind. */
const writtenTexts = (value: Value) =>
  typeof value === 'object' && !(value instanceof ValueSet) ? [valueText(value)] : textsIn(value)

function texts({ constants }: Terms): Candidates<Value> {
  const named = constants.flatMap(writtenTexts)
  return { named, usual: [...named.map(text => `${text}-`), ''] }
}

function numbers({ constants }: Terms): Candidates<Value> {
  const given = constants.filter(value => typeof value === 'number')
  const all = [...given, ...given.flatMap(value => [value + 1, value - 1])]
  return { named: all.filter(value => Number.isSafeInteger(value)), usual: [0] }
}

const setOf = (...texts: readonly string[]) => new ValueSet([...new Set(texts)])

function sets({ constants }: Terms, now: Value | undefined): Candidates<Value> {
  const held = now === undefined ? [] : textsIn(now)
  const given = constants.flatMap(textsIn)
  return {
    named: [
      ...given.map(text => setOf(...held, text)),
      setOf(...held, ...given),
      ...given.map(text => setOf(...held.filter(each => each !== text))),
      ...constants.filter(value => value instanceof ValueSet),
    ],
    usual: [setOf()],
  }
}

const byType: Readonly<Record<AttributeType, (terms: Terms, now: Value | undefined) => Candidates<Value>>> = {
  text: texts,
  number: numbers,
  boolean: () => ({ named: [true, false], usual: [] }),
  texts: sets,
}

const isOf: Readonly<Record<AttributeType, (value: Value) => boolean>> = {
  text: value => typeof value === 'string',
  number: isLong,
  boolean: value => typeof value === 'boolean',
  texts: value => value instanceof ValueSet,
}

/** Values of a type; `beside` are those that conditions compare with, as they are. */
export function valuesFor(
  type: AttributeType,
  terms: Terms,
  now: Value | undefined,
  beside: readonly Value[],
): Candidates<Value> {
  const { named, usual } = byType[type](terms, now)
  const others = (values: readonly Value[]) =>
    values.filter(value => isOf[type](value) && (now === undefined || !equal(value, now)))
  return { named: others([...beside, ...named]), usual: others(usual) }
}

const known = ['127.0.0.1', '192.0.2.1', '224.0.0.1', '::1', '2001:db8::1', 'ff02::1'].map(IpRange.read)

/** Addresses that the named ranges take, and those beside them. */
export function addressesFor({ constants }: Terms): Candidates<IpRange> {
  const at = constants.flatMap(value => (value instanceof IpRange ? [addressesAt(value)] : []))
  return { named: [...at.map(({ within: [first] }) => first), ...at.flatMap(({ beside }) => beside)], usual: known }
}
