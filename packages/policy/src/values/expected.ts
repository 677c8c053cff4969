import { EvaluationError } from '../evaluation-error.ts'
import { EntityUid } from './entity-uid.ts'
import { isLong, type Long } from './long.ts'
import type { Value } from './value.ts'
import { ValueSet } from './value-set.ts'

// Each gives a value of the type that it is named after, and throws EvaluationError for one of another.

const wrong = (expected: string) => new EvaluationError(`type error: expected ${expected}`)

export function bool(value: Value): boolean {
  if (typeof value === 'boolean') return value
  throw wrong('bool')
}

export function text(value: Value): string {
  if (typeof value === 'string') return value
  throw wrong('string')
}

export function integer(value: Value): Long {
  if (isLong(value)) return value
  throw wrong('long')
}

export function set(value: Value): ValueSet {
  if (value instanceof ValueSet) return value
  throw wrong('set')
}

export function entity(value: Value): EntityUid {
  if (value instanceof EntityUid) return value
  throw wrong('entity')
}
