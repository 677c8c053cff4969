/** Something that watches its own deadlines when asked. */
export interface Timed {
  /** `now` is monotonic milliseconds. */
  tick(now: number): void
}

/** Where the passing of time is felt. */
export interface Ticking {
  /** Monotonic milliseconds. */
  readonly elapsed: () => number
  /** Calls `run` every `ms` milliseconds until what comes back is called. */
  readonly every: (ms: number, run: () => void) => () => void
}

const intervalMs = 100

/** One coarse timer for every exchange under way: a timer each would cost more than the exchange. */
export class Deadlines {
  readonly #under = new Set<Timed>()
  readonly #elapsed: () => number
  readonly #stop: () => void

  constructor({ elapsed, every }: Ticking) {
    this.#elapsed = elapsed
    this.#stop = every(intervalMs, () => this.#tick())
  }

  add(timed: Timed): void {
    this.#under.add(timed)
  }

  delete(timed: Timed): void {
    this.#under.delete(timed)
  }

  #tick(): void {
    const now = this.#elapsed()
    for (const timed of this.#under) timed.tick(now)
  }

  close(): void {
    this.#stop()
  }
}
