/**
 * Gathers items until the turn of the event loop ends, then runs for each. What is done for many calls in a row finds its code
 * and data at hand, and writes that follow each other closely wake the other side once: both cost more than the work itself
 * where calls take turns.
 */
export class TurnEnd<T> {
  readonly #run: (item: T) => void
  #gathered: T[] = []

  constructor(run: (item: T) => void) {
    this.#run = run
  }

  add(item: T): void {
    if (this.#gathered.push(item) === 1) setImmediate(() => this.flush())
  }

  /** Runs for what was gathered, now. */
  flush(): void {
    const items = this.#gathered
    this.#gathered = []
    for (const item of items) this.#run(item)
  }
}
