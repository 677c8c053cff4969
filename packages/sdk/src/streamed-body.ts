import type { BodySink, ReplyBody } from '@sallyport/core'
import type { Streamed } from './media.ts'

const bytesOf = (piece: unknown): Uint8Array => {
  if (typeof piece === 'string') return Buffer.from(piece, 'utf8')
  if (piece instanceof Uint8Array) return piece
  throw new TypeError(`a stream has pieces that are texts or bytes, not ${typeof piece}`)
}

/** Pieces that are taken before other calls have their turn: those that are there at once would hold them all up. */
const inARow = 16
const turn = () => new Promise<void>(resolve => setImmediate(resolve))

/** Waits for a reader that is slow. */
class Room {
  #waiting: (() => void) | undefined

  get free(): Promise<void> {
    return new Promise(resolve => {
      this.#waiting = resolve
    })
  }

  resume(): void {
    this.#waiting?.()
    this.#waiting = undefined
  }
}

/** What a handler streams, as the body of a reply: taken piece by piece as the reader has room, and left off when the reader has gone. */
export class StreamedBody implements ReplyBody {
  readonly #iterator: AsyncIterator<unknown>
  readonly #abort = new AbortController()
  readonly #room = new Room()
  readonly #fault: (error: unknown) => void

  /** `fault` is told what goes wrong once the answer has begun. */
  constructor(streamed: Streamed, fault: (error: unknown) => void) {
    const pieces = typeof streamed === 'function' ? streamed(this.#abort.signal) : streamed
    this.#iterator = pieces[Symbol.asyncIterator]()
    this.#fault = fault
  }

  whole(): undefined {
    return undefined
  }

  pipe(sink: BodySink): { resume(): void } {
    void this.#run(sink)
    return { resume: () => this.#room.resume() }
  }

  cancel(reason: Error): void {
    if (this.#abort.signal.aborted) return
    this.#abort.abort(reason)
    this.#room.resume()
    this.#leaveOff()
  }

  get #isOver(): boolean {
    return this.#abort.signal.aborted
  }

  async #run(sink: BodySink): Promise<void> {
    try {
      for (let taken = 1; ; taken++) {
        if (taken % inARow === 0) await turn()
        const next = await this.#iterator.next()
        if (this.#isOver) return
        if (next.done === true) return sink.end()
        if (!sink.write(bytesOf(next.value)) && !this.#isOver) await this.#room.free
        if (this.#isOver) return
      }
    } catch (error) {
      if (this.#isOver) return
      this.#fault(error)
      sink.fail(error instanceof Error ? error : new Error(String(error)))
      this.cancel(new Error('the stream broke off'))
    }
  }

  /** Whoever makes the pieces gets to clean up. */
  #leaveOff(): void {
    const left = this.#iterator.return?.()
    left?.catch(this.#fault)
  }
}

const isIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value

/** Whether a handler gave something that can be streamed. */
export const isStreamed = (value: unknown): value is Streamed => typeof value === 'function' || isIterable(value)
