/** Something that watches its own deadlines when asked. */
export interface Timed {
  /** Where it stands among those that are watched; -1 where it is not. Kept by Deadlines. */
  slot: number
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

/**
 * One coarse timer for every exchange under way: a timer each would cost more than the exchange. They stand in an array,
 * not a Set: a Set that is added to and deleted from all the time leaves tables behind, and each of them keeps what it
 * held alive until the next full collection of garbage.
 */
export class Deadlines {
  readonly #under: Timed[] = []
  readonly #elapsed: () => number
  readonly #stop: () => void

  constructor({ elapsed, every }: Ticking) {
    this.#elapsed = elapsed
    this.#stop = every(intervalMs, () => this.#tick())
  }

  add(timed: Timed): void {
    timed.slot = this.#under.push(timed) - 1
  }

  delete(timed: Timed): void {
    if (timed.slot < 0) return
    const last = this.#under.pop()
    if (last !== undefined && last !== timed) {
      this.#under[timed.slot] = last
      last.slot = timed.slot
    }
    timed.slot = -1
  }

  #tick(): void {
    const now = this.#elapsed()
    for (const timed of [...this.#under]) timed.tick(now)
  }

  /** Looks once more, so that nobody waits for what will not be looked at again. */
  close(): void {
    this.#stop()
    this.#tick()
  }
}
