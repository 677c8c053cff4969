import {
  type BodySink,
  type Outgoing,
  Problem,
  type Reply,
  type ReplyBody,
  type Timed,
  type Timeouts,
} from '@sallyport/core'
import type { Carried, Connection } from './connection.ts'
import { upstreamProblem } from './problem.ts'

/** Bytes that wait for a reader before the upstream is held up. */
const held = 65_536

/** The head of an answer, and who waits for it. */
export interface Answer {
  readonly tell: (reply: Reply) => void
  readonly reply: Reply
}

/** What an exchange tells the pool that it was sent through. */
export interface ExchangeEnd {
  /** The head of its answer is there. */
  answered(answer: Answer): void
  /** It is over, whatever became of it. */
  over(exchange: Exchange): void
  /** It failed before any header came; true where it was sent again. */
  again(exchange: Exchange, error: Error): boolean
  /** It ends before it was given to a connection: whoever holds it lets go. */
  drop(exchange: Exchange): void
}

const late = (what: string, ms: number) => new Problem('upstream-timeout', {}, `${what} took more than ${ms} ms`)

type Phase = 'waiting' | 'connecting' | 'sent' | 'answered' | 'ended' | 'failed'

/** One request to an upstream and its answer: a connection on one side, a reply's body on the other. */
export class Exchange implements Carried, ReplyBody, Timed {
  readonly outgoing: Outgoing
  readonly reply: Promise<Reply>
  readonly #timeouts: Timeouts
  readonly #end: ExchangeEnd
  readonly #started: number
  readonly #resolve: (reply: Reply) => void
  readonly #reject: (error: Error) => void
  #chunks: Uint8Array[] = []
  #size = 0
  #sink: BodySink | undefined
  #phase: Phase = 'waiting'
  #failure: Error | undefined
  /** Whether any of it was ever written, on this connection or one before. */
  #wasBegun = false
  #paused = false
  /** When something last moved, as of the last tick: the clock isn't asked for every piece. */
  #activeAt: number
  #moved = false
  #progress = 0
  /** How often it was sent again. */
  retries = 0
  /** The connection that it was sent on. */
  connection: Connection | undefined
  slot = -1

  constructor(outgoing: Outgoing, timeouts: Timeouts, end: ExchangeEnd, now: number) {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>()
    this.reply = promise
    this.#resolve = resolve
    this.#reject = reject
    this.outgoing = outgoing
    this.#timeouts = timeouts
    this.#end = end
    this.#started = now
    this.#activeAt = now
  }

  /** Whether anything of the request was written. */
  get isBegun(): boolean {
    return this.#phase !== 'waiting' && this.#phase !== 'connecting'
  }

  /** It was given to a connection, which may have to be made first. */
  dispatched(connection: Connection): void {
    this.connection = connection
    this.#phase = 'connecting'
    this.#moved = true
  }

  begun(): void {
    this.#phase = 'sent'
    this.#wasBegun = true
    this.#moved = true
  }

  head(status: number, headers: string[]): void {
    this.#moved = true
    this.#phase = 'answered'
    this.#end.answered({ tell: this.#resolve, reply: { kind: 'stream', status, headers, body: this } })
  }

  body(piece: Uint8Array): boolean {
    this.#moved = true
    if (this.#sink === undefined) {
      this.#chunks.push(piece)
      this.#size += piece.length
      this.#paused = this.#size > held
    } else this.#paused = !this.#sink.write(piece)
    return !this.#paused
  }

  end(): void {
    this.#phase = 'ended'
    this.#end.over(this)
    this.#sink?.end()
  }

  failed(error: Error): void {
    const answered = this.#phase === 'answered'
    const cause = this.#failure ?? error
    if (!answered && this.#failure === undefined && this.#end.again(this, error)) return
    const begun = this.#wasBegun
    this.#phase = 'failed'
    this.#failure = cause
    this.#end.over(this)
    if (answered) this.#sink?.fail(cause)
    else this.#reject(upstreamProblem(cause, begun))
  }

  whole(): Uint8Array | undefined {
    if (this.#phase !== 'ended' || this.#sink !== undefined) return undefined
    const [first] = this.#chunks
    return first !== undefined && this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks)
  }

  pipe(sink: BodySink): { resume(): void } {
    this.#sink = sink
    const waiting = this.#chunks
    this.#chunks = []
    let room = true
    for (const chunk of waiting) room = sink.write(chunk)
    if (this.#phase === 'ended') sink.end()
    else if (this.#phase === 'failed') sink.fail(this.#failure ?? new Error('the answer broke off'))
    else if (room) this.#resume()
    return { resume: () => this.#resume() }
  }

  cancel(reason: Error): void {
    if (this.#phase === 'ended' || this.#phase === 'failed') return
    this.#failure ??= reason
    if (this.connection === undefined) {
      this.#end.drop(this)
      this.failed(reason)
    } else this.connection.abort(reason)
  }

  /** Judges the deadlines. While the caller is slow, to send or to read, the upstream is not to blame. */
  tick(now: number): void {
    const { body } = this.outgoing
    if (this.#moved || this.#paused || body.awaited || body.progress !== this.#progress) {
      this.#moved = false
      this.#progress = body.progress
      this.#activeAt = now
    }
    if (body.abandoned) this.cancel(new Problem('caller-gone', {}, 'the caller has gone before there was an answer'))
    else this.#judge(now - this.#activeAt, now - this.#started)
  }

  #judge(idle: number, age: number): void {
    const { connectMs, headersMs, bodyMs, wholeMs } = this.#timeouts
    const phase = this.#phase
    if (age > wholeMs) this.cancel(late('the whole exchange', wholeMs))
    else if (phase === 'connecting' && idle > connectMs) this.cancel(late('the connection', connectMs))
    else if (phase === 'answered' && idle > bodyMs) this.cancel(late('the next piece of the answer', bodyMs))
    else if (phase !== 'answered' && idle > headersMs) this.cancel(late('the header of the answer', headersMs))
  }

  #resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.connection?.resume()
  }
}
