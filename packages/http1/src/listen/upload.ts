import { Readable } from 'node:stream'
import { Problem } from '@sallyport/core'
import { passed } from './spent-pieces.ts'

export const tooLarge = (limit: number) =>
  new Problem('body-too-large', { detail: `at most ${limit} bytes` }, `more than ${limit} bytes came`)

/**
 * The bytes of a request as they come, at most `limit`: more end it with Problem `body-too-large`. Ending it early leaves the
 * connection alone: the caller must still get an answer.
 */
export class Upload extends Readable {
  readonly #limit: number
  readonly #wanted: () => void
  /** Bytes that came. */
  received = 0
  /** Whether more bytes are wanted than the caller has sent yet. */
  awaited = true

  /** `wanted` is told when more can be taken. */
  constructor(limit: number, wanted: () => void) {
    super()
    this.#limit = limit
    this.#wanted = wanted
    // A body that fails before anybody listens must not end the process.
    this.on('error', () => undefined)
  }

  /** Takes a piece that came; false where no more is wanted for now. */
  came(piece: Buffer): boolean {
    if (this.destroyed) return false
    this.received += piece.length
    passed(piece)
    if (this.received > this.#limit) this.destroy(tooLarge(this.#limit))
    else this.awaited = this.push(piece)
    return this.awaited
  }

  /** The last piece came. */
  ended(): void {
    this.push(null)
  }

  /** The caller went away, and no more will come. */
  gone(): void {
    this.destroy(new Problem('caller-gone', {}, 'the caller has gone before the body had ended'))
  }

  override _read(): void {
    this.awaited = true
    this.#wanted()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.awaited = false
    done(error)
  }
}
