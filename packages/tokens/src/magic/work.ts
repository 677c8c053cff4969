/** What a token or its maker's schema says of a call can't be decided exactly, or not within bounds: the call is refused. */
export class Unjudgeable extends Error {
  override readonly name = 'Unjudgeable'
}

/** A step takes some 25 to 45 ns (measured on Node 24), so that all of it is less than a tenth of a second. */
const stepsMax = 2_000_000

/**
 * How much may be spent on judging one call by its token. Whoever narrows a token writes patterns and schemas, and whoever calls
 * writes what they are run on: together they decide how long it takes.
 */
export class Work {
  #left = stepsMax

  /** Throws Unjudgeable where it is used up. */
  spend(steps: number): void {
    this.#left -= steps
    if (this.#left < 0) throw new Unjudgeable('judging this call by its token takes more work than is allowed')
  }
}
