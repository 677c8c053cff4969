import type { Stretch } from './stretches.ts'

/** Bytes that came and haven't gone on yet, in the pieces in which they came. */
export class Pieces {
  readonly #mask: Uint8Array
  #waiting: Uint8Array[] = []
  /** How many bytes went on or were masked. */
  #gone = 0
  /** Where the last stretch ends that was masked. */
  #maskedTo = 0

  constructor(mask: Uint8Array) {
    this.#mask = mask
  }

  add(piece: Uint8Array): void {
    if (piece.length > 0) this.#waiting.push(piece)
  }

  /** What goes on of the bytes before a place, one mask for each of the stretches that don't overlap. */
  release(to: number, stretches: readonly Stretch[]): Uint8Array {
    const out: Uint8Array[] = []
    for (const stretch of stretches) {
      if (stretch.from >= this.#maskedTo) {
        this.#pass(stretch.from, out)
        out.push(this.#mask)
      }
      this.#maskedTo = Math.max(this.#maskedTo, stretch.to)
    }
    this.#pass(to, out)
    const [only] = out
    return only !== undefined && out.length === 1 ? only : Buffer.concat(out)
  }

  #pass(to: number, out: Uint8Array[]): void {
    this.#take(Math.min(this.#maskedTo, to) - this.#gone)
    this.#take(to - this.#gone, out)
  }

  /** So many bytes off the front. */
  #take(count: number, into?: Uint8Array[]): void {
    if (count <= 0) return
    let left = count
    let whole = 0
    for (const piece of this.#waiting) {
      if (left < piece.length) break
      into?.push(piece)
      left -= piece.length
      whole++
    }
    this.#waiting.splice(0, whole)
    const [first] = this.#waiting
    if (left > 0 && first !== undefined) {
      into?.push(first.subarray(0, left))
      this.#waiting[0] = first.subarray(left)
    }
    this.#gone += count
  }
}
