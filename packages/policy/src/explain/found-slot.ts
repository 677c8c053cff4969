import type { AttributeType } from '@sallyport/core'
import type { Terms } from '../logic/terms.ts'
import type { Question } from '../question.ts'
import { EntityUid } from '../values/entity-uid.ts'
import { isRecord, type Value } from '../values/value.ts'
import { type Candidates, valuesFor } from './candidates.ts'
import type { Change, Clock } from './change.ts'

/** What is known of a call besides the question. */
export interface Setting {
  readonly question: Question
  /** Milliseconds since the epoch at which it was asked. */
  readonly at: number
  readonly clock: Clock
  /** Claims that callers may have. */
  readonly claims: Readonly<Record<string, AttributeType>>
}

/** Changes of one thing: those that conditions name, and behind these what there is besides. */
export interface Found extends Candidates<Change> {
  readonly key: string
}

export const foundBy = <Each>(
  key: string,
  { named, usual }: Candidates<Each>,
  make: (each: Each) => Change,
): Found => ({
  key,
  named: named.map(make),
  usual: usual.map(make),
})

function membersOf(value: Value, { entities }: Question): ReadonlyMap<string, Value> | undefined {
  if (value instanceof EntityUid) return entities.find(value)?.attributes
  return typeof value === 'object' && isRecord(value) ? value : undefined
}

/** The value at a path; undefined where there is none. */
export function valueAt(path: readonly string[], question: Question): Value | undefined {
  const [variable, ...names] = path
  const { principal, resource, context } = question
  const variables: Readonly<Record<string, Value>> = { principal, resource, context }
  let value = variables[variable ?? '']
  for (const name of names) value = value === undefined ? undefined : membersOf(value, question)?.get(name)
  return value
}

/** One member of a variable, and what is said of it. */
export interface Named {
  readonly path: readonly string[]
  readonly terms: Terms
  readonly setting: Setting
}

type Kind = 'claim' | 'header' | 'query' | 'parameter'

/** Everybody has an issuer. */
const isAlways = ([variable, name]: readonly string[]) => variable === 'principal' && name === 'issuer'

export function memberSlot(kind: Kind, type: AttributeType, { path, terms, setting: { question } }: Named): Found {
  const name = path.at(-1) ?? ''
  const now = valueAt(path, question)
  const beside = terms.paths.flatMap(other => valueAt(other, question) ?? [])
  const { named, usual } = valuesFor(type, terms, now, beside)
  const make = (value: Value | undefined): Change => ({ kind, name, value })
  const without = now === undefined || isAlways(path) ? [] : [make(undefined)]
  return { key: `${kind} ${name}`, named: named.map(make), usual: [...usual.map(make), ...without] }
}

export const among = (kind: 'scope' | 'role' | 'group', names: readonly string[], has: (name: string) => boolean) =>
  names.map((name): Found => ({ key: `${kind} ${name}`, named: [{ kind, name, has: !has(name) }], usual: [] }))
