import type { Socket } from 'node:net'
import type { BodySink, Outcome, Reply, ReplyBody } from '@sallyport/core'
import { type Asked, answerHead, type Framing } from './answer-head.ts'
import { passed } from './spent-pieces.ts'

/** A connection on which a call waits for its answer. */
export interface Answerable {
  readonly socket: Socket
  /** No call follows on this connection. */
  close(): void
  /** All of the answer was written. */
  answered(): void
}

/** Told once how an answer ended. */
export type Finish = (outcome: Pick<Outcome, 'end' | 'bytesOut' | 'reason'>) => void

/** An answer on its way to a caller, as fast as the caller takes it. */
export class StreamedAnswer implements BodySink {
  readonly #to: Answerable
  readonly #framing: Framing
  readonly #body: ReplyBody
  readonly #finish: Finish
  readonly #length: number | undefined
  readonly #drained = () => this.#source?.resume()
  readonly #closed = () => this.#gone()
  #source: ReturnType<ReplyBody['pipe']> | undefined
  /** Pieces that the socket has not passed on yet. */
  #pending = 0
  #bytesOut = 0
  #hasEnded = false
  #isOver = false

  /** Throws where the head cannot be written. */
  constructor(to: Answerable, reply: Reply & { readonly kind: 'stream' }, asked: Asked, finish: Finish) {
    const { section, framing, length } = answerHead(reply, undefined, asked)
    const { socket } = to
    this.#to = to
    this.#framing = framing
    this.#length = framing === 'length' ? length : undefined
    this.#body = reply.body
    this.#finish = finish
    if (framing === 'close') to.close()
    socket.on('close', this.#closed)
    socket.on('drain', this.#drained)
    socket.cork()
    this.#write(section)
    this.#source = reply.body.pipe(this)
    socket.uncork()
  }

  write(chunk: Uint8Array): boolean {
    const { socket } = this.#to
    if (this.#isOver) return false
    if (this.#framing === 'none' || chunk.length === 0) return true
    this.#bytesOut += chunk.length
    if (this.#length !== undefined && this.#bytesOut > this.#length) return this.#breakOff()
    passed(chunk)
    if (this.#framing !== 'chunks') return this.#write(chunk)
    socket.cork()
    socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1')
    this.#write(chunk)
    const hasRoom = socket.write('\r\n', 'latin1')
    socket.uncork()
    return hasRoom
  }

  end(): void {
    if (this.#isOver) return
    if (this.#length !== undefined && this.#bytesOut !== this.#length) return void this.#breakOff()
    if (this.#framing === 'chunks') this.#write('0\r\n\r\n')
    this.#hasEnded = true
    this.#settleWhenWritten()
  }

  fail(error: Error): void {
    if (this.#isOver) return
    this.#settle()
    this.#finish({ end: 'failed', bytesOut: this.#bytesOut, reason: error.message })
    this.#to.socket.destroy()
  }

  /** What does not have the length that it was announced with would be taken for a part of the next answer, or the other way round. */
  #breakOff(): boolean {
    const reason = new Error(`${this.#bytesOut} bytes came of ${this.#length}`)
    this.#body.cancel(reason)
    this.fail(reason)
    return false
  }

  #write(piece: string | Uint8Array): boolean {
    this.#pending++
    return this.#to.socket.write(piece, 'latin1', error => {
      this.#pending--
      if (error === undefined || error === null) this.#settleWhenWritten()
    })
  }

  #settleWhenWritten(): void {
    if (!this.#hasEnded || this.#isOver || this.#pending > 0) return
    this.#settle()
    this.#finish({ end: 'complete', bytesOut: this.#bytesOut })
    this.#to.answered()
  }

  #gone(): void {
    this.#settle()
    this.#body.cancel(new Error('the caller has gone'))
    this.#finish({ end: 'abandoned', bytesOut: this.#bytesOut })
  }

  #settle(): void {
    this.#isOver = true
    const { socket } = this.#to
    socket.off('close', this.#closed)
    socket.off('drain', this.#drained)
  }
}
