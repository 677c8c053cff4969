import type { Counters, Take, Taken } from '@sallyport/core'
import { RedisUnavailable } from '../redis/unavailable.ts'

/** Counters that all processes share, and what is done while they can't be had: calls are refused, or counted here alone. */
export class WhenDown implements Counters {
  readonly #shared: Counters
  /** Undefined where calls are refused. */
  readonly #meanwhile: Counters | undefined
  /** Takes that were counted here: they are given back here. */
  readonly #here = new WeakSet<Take>()
  #missed = 0

  constructor(shared: Counters, meanwhile: Counters | undefined) {
    this.#shared = shared
    this.#meanwhile = meanwhile
  }

  /** How often the shared counters were asked and gave no answer. */
  get missed(): number {
    return this.#missed
  }

  async take(takes: readonly Take[], now: number): Promise<Taken> {
    try {
      return await this.#shared.take(takes, now)
    } catch (error) {
      const taken = await this.#instead(error).take(takes, now)
      if (taken.allowed) for (const take of takes) this.#here.add(take)
      return taken
    }
  }

  async peek(takes: readonly Take[], now: number): Promise<Taken> {
    try {
      return await this.#shared.peek(takes, now)
    } catch (error) {
      return this.#instead(error).peek(takes, now)
    }
  }

  async release(takes: readonly Take[], now: number): Promise<void> {
    const here = takes.filter(take => this.#here.delete(take))
    await this.#meanwhile?.release(here, now)
    await this.#shared.release(
      takes.filter(take => !here.includes(take)),
      now,
    )
  }

  #instead(error: unknown): Counters {
    if (!(error instanceof RedisUnavailable)) throw error
    this.#missed++
    if (this.#meanwhile === undefined) throw error
    return this.#meanwhile
  }
}
