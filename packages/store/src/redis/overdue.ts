import type { Timed } from '@sallyport/core'

/**
 * What is to happen once a time has passed. It happens at the second look after that: where this process itself stood still,
 * what came meanwhile is read between the two.
 */
export class Overdue implements Timed {
  slot = -1
  readonly #due: number
  readonly #then: () => void
  #seen = false

  /** `due` is monotonic milliseconds. */
  constructor(due: number, then: () => void) {
    this.#due = due
    this.#then = then
  }

  tick(now: number): void {
    if (now < this.#due) return
    if (this.#seen) this.#then()
    this.#seen = true
  }
}
