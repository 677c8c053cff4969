import { jsonEscapes, percentEscapes } from './escapes.ts'
import type { Needles } from './needles.ts'
import { type Found, type Reader, Track } from './track.ts'

const backslash = 0x5c
const percent = 0x25

const isBusy = ({ idle }: Reader) => !idle

/**
 * Looks for needles in bytes in every notation at once: as they are, percent-encoded, twice so, and all three within JSON. Until an
 * escape comes they read alike, and so they do again once none of them is in the midst of anything.
 */
export class Notations {
  readonly #needles: Needles
  readonly #found: Found
  readonly #raw: Track
  /** From the first escape on: who reads, those who read it first at the front, and which of them look for needles. */
  #others:
    | { readonly entries: readonly Reader[]; readonly all: readonly Reader[]; readonly tracks: readonly Track[] }
    | undefined
  #apart = false

  constructor(needles: Needles, found: Found) {
    this.#needles = needles
    this.#found = found
    this.#raw = new Track(needles, found)
  }

  /** Whether no byte that came may belong to a needle yet. */
  get idle(): boolean {
    return !this.#apart && this.#raw.idle
  }

  /** Where the first byte stands that may belong to a needle yet; Infinity where there is none. */
  get undecided(): number {
    let least = this.#raw.undecided
    if (this.#apart) for (const { undecided } of this.#others?.all ?? []) least = Math.min(least, undecided)
    return least
  }

  push(byte: number, at: number): void {
    if (!this.#apart && (byte === backslash || byte === percent)) this.#part()
    this.#raw.push(byte, at, at + 1)
    if (!this.#apart || this.#others === undefined) return
    for (const entry of this.#others.entries) entry.push(byte, at, at + 1)
    this.#apart = !this.#raw.idle || this.#others.all.some(isBusy)
  }

  end(): void {
    if (this.#apart) for (const reader of this.#others?.all ?? []) reader.end()
  }

  #part(): void {
    this.#others ??= this.#open()
    for (const track of this.#others.tracks) track.follow(this.#raw)
    this.#apart = true
  }

  #open() {
    const tracks: Track[] = []
    const all: Reader[] = []
    const track = () => {
      const made = new Track(this.#needles, this.#found)
      tracks.push(made)
      return made
    }
    /** Those who read first stand first, so that what they hold at the end reaches those behind. */
    const reading = (reader: Reader, ...behind: readonly Reader[]) => {
      all.unshift(reader, ...behind)
      return reader
    }
    const percents = () => {
      const [once, twice] = [track(), track()]
      const second = percentEscapes(twice)
      return reading(percentEscapes(once, second), second, once, twice)
    }
    const within = percents()
    const plain = track()
    const entries = [reading(jsonEscapes(plain, within), plain), percents()]
    return { entries, all, tracks }
  }
}
