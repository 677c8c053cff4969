import { equal, keyOf, type Value } from './value.ts'

/** So many are compared sooner than their keys are made. */
const few = 16

/** A set of values: their order and repetitions mean nothing. */
export class ValueSet {
  readonly values: readonly Value[]
  #keys: ReadonlySet<string> | undefined

  constructor(values: readonly Value[]) {
    this.values = values
  }

  get keys(): ReadonlySet<string> {
    this.#keys ??= new Set(this.values.map(keyOf))
    return this.#keys
  }

  /** How many different ones there are. */
  get size(): number {
    return this.keys.size
  }

  has(value: Value): boolean {
    return this.values.length > few ? this.keys.has(keyOf(value)) : this.values.some(each => equal(each, value))
  }

  hasAll(other: ValueSet): boolean {
    for (const key of other.keys) if (!this.keys.has(key)) return false
    return true
  }

  hasAny(other: ValueSet): boolean {
    for (const key of other.keys) if (this.keys.has(key)) return true
    return false
  }
}
