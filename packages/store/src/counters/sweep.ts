import type { LimitRule } from '@sallyport/core'
import { type Algorithm, fellBack, type Tally } from './algorithms.ts'

export interface Kept extends Tally {
  /** The rule that it was last taken under, so that a sweep knows when it is as if unused. */
  rule: LimitRule
}

/** The counters of one algorithm. Apart from the others', so that a rule's new algorithm never reads the old one's numbers. */
export interface Shelf {
  readonly algorithm: Algorithm
  readonly kept: Map<string, Kept>
}

/** Goes round the shelves for ever, a few entries at a time, and drops those that are as if unused. */
export class Sweep {
  readonly #shelves: ReadonlyMap<string, Shelf>
  /** The shelves to come in this round, the shelf that it is at, and the entries to come there. */
  #ahead: Iterator<Shelf>
  #shelf: Shelf | undefined
  #entries: Iterator<[string, Kept]> | undefined

  constructor(shelves: ReadonlyMap<string, Shelf>) {
    this.#shelves = shelves
    this.#ahead = shelves.values()
  }

  /** Goes `steps` further and says how many entries it dropped. */
  run(now: number, steps: number): number {
    let dropped = 0
    for (let step = 0; step < steps; step++) {
      const next = this.#entries?.next()
      if (next === undefined || next.done || this.#shelf === undefined) {
        this.#nextShelf()
        continue
      }
      const { algorithm, kept } = this.#shelf
      const [key, tally] = next.value
      if (fellBack(tally, tally.rule, now)) tally.since = now
      else if (algorithm.unused(tally, tally.rule, now) && kept.delete(key)) dropped++
    }
    return dropped
  }

  #nextShelf(): void {
    const next = this.#ahead.next()
    if (next.done) this.#ahead = this.#shelves.values()
    this.#shelf = next.value
    this.#entries = this.#shelf?.kept.entries()
  }
}
