import { Problem, type RequestBody } from '@sallyport/core'

/** Bytes that all calls together may have had read. */
const bytesMax = 128 * 2 ** 20

/**
 * Bodies that were read to judge a call, some before anybody knows who sent them, stay in memory until their calls are over: their
 * sum is bounded, whatever one of them may have.
 */
export class HeldBodies {
  readonly #held = new Map<RequestBody, number>()
  readonly #max: number
  #sum = 0

  constructor(max = bytesMax) {
    this.#max = max
  }

  /** Counts bytes as they come. Throws Problem `overloaded` where there is no room for them. */
  add(body: RequestBody, bytes: number): void {
    if (this.#sum + bytes > this.#max) {
      const headers = [['Retry-After', '1']] as const
      throw new Problem('overloaded', { retryAfter: 1, headers }, `bodies that were read hold ${this.#sum} bytes`)
    }
    this.#sum += bytes
    this.#held.set(body, (this.#held.get(body) ?? 0) + bytes)
  }

  /** The call is over. */
  release(body: RequestBody): void {
    const bytes = this.#held.get(body)
    if (bytes === undefined) return
    this.#sum -= bytes
    this.#held.delete(body)
  }
}
