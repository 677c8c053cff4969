import { HeldBodies } from '../bodies/held-bodies.ts'

/** Bytes of all copies together. */
const bytesMax = 32 * 2 ** 20

/**
 * Bodies that were copied for rules on trial: apart from those that are read to judge calls, which they must take no room of. A call
 * whose record is written holds nothing more, whatever still goes by or is still looked at.
 */
export class Copies extends HeldBodies {
  readonly #open = new Set<string>()

  constructor(max = bytesMax) {
    super(max)
  }

  /** From now on something may be kept of a call. */
  begin(call: string): void {
    this.#open.add(call)
  }

  /** Throws Problem `overloaded`, as where there is no room, also for a call that is over. */
  override add(call: string, bytes: number): void {
    super.add(call, this.#open.has(call) ? bytes : Number.POSITIVE_INFINITY)
  }

  override release(call: string): void {
    this.#open.delete(call)
    super.release(call)
  }
}
