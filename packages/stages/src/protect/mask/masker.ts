import { mayHold } from './glance.ts'
import { JsonTokens } from './json-tokens.ts'
import type { Needles } from './needles.ts'
import { Notations } from './notations.ts'
import { Pieces } from './pieces.ts'
import { Stretches } from './stretches.ts'

/**
 * Masks needles in bytes that come in pieces, wherever the pieces are cut. Bytes that may yet turn out to belong to a needle are held
 * back until that is known: at most as many as the longest needle has in its longest notation. The work is linear in the bytes.
 */
export class Masker {
  readonly #needles: Needles
  readonly #notations: Notations
  readonly #tokens = new JsonTokens()
  readonly #stretches = new Stretches()
  readonly #pieces: Pieces
  /** How many bytes have come. */
  #count = 0
  /** The end of a needle that lies within a JSON escape: the rest of the escape goes with it. */
  #cut: number | undefined

  constructor(needles: Needles) {
    this.#needles = needles
    this.#pieces = new Pieces(needles.mask)
    this.#notations = new Notations(needles, (from, to) => this.#found(from, to))
  }

  /** What may go on of all that came so far. */
  write(piece: Uint8Array): Uint8Array {
    this.#read(piece)
    this.#pieces.add(piece)
    const open = Math.min(this.#notations.undecided, this.#tokens.open, this.#count)
    const { from } = this.#tokens.around(open)
    this.#tokens.forget(from)
    return this.#pieces.release(from, this.#stretches.before(from))
  }

  /** The rest. */
  end(): Uint8Array {
    this.#notations.end()
    return this.#pieces.release(this.#count, this.#stretches.before(Number.POSITIVE_INFINITY))
  }

  #read(piece: Uint8Array): void {
    const { stops } = this.#needles
    const before = this.#count
    let idle = this.#isIdle
    for (let i = 0; i < piece.length; i++) {
      const byte = piece[i] ?? 0
      if (idle && stops[byte] === 0) continue
      const at = before + i
      this.#count = at + 1
      const completed = this.#tokens.push(byte, at)
      this.#notations.push(byte, at)
      if (completed) this.#completed(at + 1)
      idle = this.#isIdle
      if (idle) this.#tokens.forget(at + 1)
    }
    this.#count = before + piece.length
  }

  /** Whether nothing that came has to do with what comes next. */
  get #isIdle(): boolean {
    return this.#notations.idle && this.#tokens.open === Number.POSITIVE_INFINITY
  }

  #found(from: number, to: number): void {
    if (to > this.#tokens.open) this.#cut = to
    this.#stretches.add(this.#tokens.around(from).from, this.#tokens.around(to).to)
  }

  #completed(to: number): void {
    if (this.#cut === undefined) return
    this.#stretches.add(this.#cut - 1, to)
    this.#cut = undefined
  }
}

/** A whole text at once; itself where there is nothing in it to mask. */
export function maskWhole(bytes: Uint8Array, needles: Needles): Uint8Array {
  if (!mayHold(bytes, needles)) return bytes
  const masker = new Masker(needles)
  const first = masker.write(bytes)
  const rest = masker.end()
  return rest.length === 0 ? first : Buffer.concat([first, rest])
}
