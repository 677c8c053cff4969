import { EvaluationError } from '../evaluation-error.ts'

/** A 64-bit signed integer: a number where it is safe, else a bigint. Never both for one value, so `===` compares them. */
export type Long = number | bigint

const least = -(2n ** 63n)
const greatest = 2n ** 63n - 1n

/** The long of an exact result. Throws where 64 bits don't hold it. */
export function longOf(exact: bigint, what: string): Long {
  if (exact < least || exact > greatest) throw new EvaluationError(`integer overflow: ${what}`)
  const near = Number(exact)
  return Number.isSafeInteger(near) ? near : exact
}

// A result of two safe integers that is itself safe is exact: rounding never brings one back below 2^53.
const add = (a: Long, b: Long): Long => {
  const near = typeof a === 'number' && typeof b === 'number' ? a + b : Number.NaN
  return Number.isSafeInteger(near) ? near : longOf(BigInt(a) + BigInt(b), `${a} + ${b}`)
}

const subtract = (a: Long, b: Long): Long => {
  const near = typeof a === 'number' && typeof b === 'number' ? a - b : Number.NaN
  return Number.isSafeInteger(near) ? near : longOf(BigInt(a) - BigInt(b), `${a} - ${b}`)
}

const multiply = (a: Long, b: Long): Long => {
  const near = typeof a === 'number' && typeof b === 'number' ? a * b : Number.NaN
  return Number.isSafeInteger(near) ? near : longOf(BigInt(a) * BigInt(b), `${a} * ${b}`)
}

export const long = { add, subtract, multiply, negate: (a: Long): Long => subtract(0, a) }

export const isLong = (value: unknown): value is Long => typeof value === 'number' || typeof value === 'bigint'
