/** What can be bound to a place in a statement. A Date is bound as its ISO 8601 text, in UTC. */
export type Value = string | number | bigint | boolean | null | Date | Uint8Array

/** A text that every database keeps as it is: PostgreSQL takes no NUL, and neither keeps half of a surrogate pair. */
const isKept = (text: string) => text.isWellFormed() && !text.includes('\0')

/** What was given where a value belongs, if it is one. Throws TypeError: what is absent is not null, and an object is no value. */
export function bindable(given: unknown): Value {
  if (given === null || typeof given === 'boolean' || typeof given === 'bigint') return given
  if (typeof given === 'number' && Number.isFinite(given)) return given
  if (typeof given === 'string' && isKept(given)) return given
  if (given instanceof Uint8Array) return given
  if (given instanceof Date && !Number.isNaN(given.getTime())) return given
  throw new TypeError(`this ${typeof given} can't be a value of a statement`)
}
