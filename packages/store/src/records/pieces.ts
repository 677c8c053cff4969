/** Bytes of a piece: each goes through a thread of its own, which costs as much as a hundred lines. */
const pieceBytes = 262_144
/** UTF-8 takes at most so many bytes for a UTF-16 code unit. */
const widest = 3

/**
 * Text that waits to be written, as bytes at once: a text of many lines that is put together first is a tree of parts which
 * costs more to walk than all the rest of writing it.
 */
export class Pieces {
  #full: Buffer[] = []
  #fullBytes = 0
  #current = Buffer.allocUnsafeSlow(pieceBytes)
  #used = 0

  /** How many bytes wait. */
  get bytes(): number {
    return this.#fullBytes + this.#used
  }

  /** Whether there is a whole piece. */
  get ready(): boolean {
    return this.#fullBytes > 0
  }

  add(text: string): void {
    const most = text.length * widest
    if (this.#used + most > this.#current.length) this.#turn(most)
    this.#used += this.#current.write(text, this.#used)
  }

  /** All that waits; it doesn't any longer. */
  take(): Buffer {
    this.#turn(0)
    const taken = this.#full
    this.#full = []
    this.#fullBytes = 0
    const [only] = taken
    return only !== undefined && taken.length === 1 ? only : Buffer.concat(taken)
  }

  #turn(most: number): void {
    if (this.#used > 0) this.#full.push(this.#current.subarray(0, this.#used))
    this.#fullBytes += this.#used
    // What is left of the buffer serves for what comes next, if that is likely to fit.
    const rest = this.#current.subarray(this.#used)
    this.#current =
      rest.length >= Math.max(most, pieceBytes / 4) ? rest : Buffer.allocUnsafeSlow(Math.max(most, pieceBytes))
    this.#used = 0
  }
}
