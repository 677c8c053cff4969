/** Something that watches its own deadlines when asked. */
export interface Timed {
  /** `now` is monotonic milliseconds. */
  tick(now: number): void
}

const intervalMs = 100

/** One coarse timer for every exchange under way: a timer each would cost more than the exchange. */
export class Deadlines {
  readonly #under = new Set<Timed>()
  readonly #timer: NodeJS.Timeout
  readonly #elapsed: () => number

  constructor(elapsed: () => number) {
    this.#elapsed = elapsed
    this.#timer = setInterval(() => this.tick(), intervalMs)
    this.#timer.unref()
  }

  add(timed: Timed): void {
    this.#under.add(timed)
  }

  delete(timed: Timed): void {
    this.#under.delete(timed)
  }

  tick(): void {
    const now = this.#elapsed()
    for (const timed of this.#under) timed.tick(now)
  }

  close(): void {
    clearInterval(this.#timer)
  }
}
