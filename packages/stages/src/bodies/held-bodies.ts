import { Problem } from '@sallyport/core'

/** Bytes that all calls together may have had read. */
const bytesMax = 128 * 2 ** 20

/**
 * Bodies that were read to judge a call, some before anybody knows who sent them, stay in memory until their calls are over: their
 * sum is bounded, whatever one of them may have. Calls are named by their id.
 */
export class HeldBodies {
  readonly #held = new Map<string, number>()
  readonly #max: number
  #sum = 0

  constructor(max = bytesMax) {
    this.#max = max
  }

  /** Counts bytes as they come. Throws Problem `overloaded` where there is no room for them. */
  add(call: string, bytes: number): void {
    if (this.#sum + bytes > this.#max) {
      const headers = [['Retry-After', '1']] as const
      throw new Problem('overloaded', { retryAfter: 1, headers }, `bodies that were read hold ${this.#sum} bytes`)
    }
    this.#sum += bytes
    this.#held.set(call, (this.#held.get(call) ?? 0) + bytes)
  }

  /** The call is over. */
  release(call: string): void {
    const bytes = this.#held.get(call)
    if (bytes === undefined) return
    this.#sum -= bytes
    this.#held.delete(call)
  }
}
