import { folded, type Needles } from './needles.ts'

/** Takes bytes as a reader of some notation sees them, each with where it stands in the bytes that came. */
export interface Reader {
  push(byte: number, from: number, to: number): void
  /** No more bytes come: what was undecided stands for itself. */
  end(): void
  /** Whether all bytes are decided. */
  readonly idle: boolean
  /** Where the first byte stands that isn't decided yet; Infinity where all are. */
  readonly undecided: number
}

/** Called where a needle was found, from its first byte to behind its last. */
export type Found = (from: number, to: number) => void

/** Looks for needles in bytes as they are. Each byte is compared at most twice with each needle, in the mean. */
export class Track implements Reader {
  readonly #needles: Needles
  readonly #found: Found
  /** How much of each needle stands at the end of what came. */
  readonly #lengths: Uint16Array
  /** Where the last bytes stood, as many as the longest needle has. */
  readonly #starts: Float64Array
  #count = 0
  #longest = 0

  constructor(needles: Needles, found: Found) {
    this.#needles = needles
    this.#found = found
    this.#lengths = new Uint16Array(needles.all.length)
    this.#starts = new Float64Array(needles.longest)
  }

  get idle(): boolean {
    return this.#longest === 0
  }

  get undecided(): number {
    return this.#longest === 0 ? Number.POSITIVE_INFINITY : this.#startOf(this.#longest)
  }

  push(byte: number, from: number, to: number): void {
    const { all, firsts } = this.#needles
    if (this.#longest === 0 && firsts[byte] === 0) return
    this.#starts[this.#count++ % this.#starts.length] = from
    const read = folded[byte]
    this.#longest = 0
    for (let i = 0; i < all.length; i++) {
      const needle = all[i]
      if (needle === undefined) continue
      const { bytes, back } = needle
      let length = this.#lengths[i] ?? 0
      while (length > 0 && bytes[length] !== read) length = back[length - 1] ?? 0
      if (bytes[length] === read) length++
      if (length === bytes.length) {
        this.#found(this.#startOf(length), to)
        length = back[length - 1] ?? 0
      }
      this.#lengths[i] = length
      if (length > this.#longest) this.#longest = length
    }
  }

  end(): void {
    this.#longest = 0
  }

  /** Goes on from where another has come, which has read the same so far. */
  follow(other: Track): void {
    this.#longest = other.#longest
    if (other.#longest === 0) return
    this.#lengths.set(other.#lengths)
    this.#starts.set(other.#starts)
    this.#count = other.#count
  }

  #startOf(length: number): number {
    return this.#starts[(this.#count - length) % this.#starts.length] ?? 0
  }
}
