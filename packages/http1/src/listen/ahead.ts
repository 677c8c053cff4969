/** Bytes, and pieces of them, beyond which a caller is held up. */
const [mostBytes, mostPieces] = [16_384, 16]
/** Bytes that are taken at a time, so that a row of small requests does not cost a copy of all for each. */
const takenBytes = 4_096

/** What a caller sent before its turn (RFC 9112 section 9.3.2): at most what was read at once when it became too much. */
export class Ahead {
  #pieces: Buffer[] = []
  #bytes = 0

  get isEmpty(): boolean {
    return this.#bytes === 0
  }

  get isFull(): boolean {
    return this.#bytes >= mostBytes || this.#pieces.length >= mostPieces
  }

  /** Keeps a copy. */
  add(piece: Buffer): void {
    this.#pieces.push(Buffer.from(piece))
    this.#bytes += piece.length
  }

  /** The first bytes. */
  take(): Buffer {
    const [first = Buffer.alloc(0)] = this.#pieces.splice(0, 1)
    if (first.length > takenBytes) this.#pieces.unshift(first.subarray(takenBytes))
    const taken = first.subarray(0, takenBytes)
    this.#bytes -= taken.length
    return taken
  }

  /** What was taken and could not be used yet. */
  putBack(rest: Buffer): void {
    if (rest.length === 0) return
    this.#pieces.unshift(rest)
    this.#bytes += rest.length
  }
}
