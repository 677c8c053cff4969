import { type BodySink, type Outgoing, Problem, type Reply, type ReplyBody, type Timeouts } from '@sallyport/core'
import type { Client, Dispatcher } from 'undici'
import type { Timed } from './deadlines.ts'
import { upstreamProblem } from './problem.ts'

/** Bytes that wait for a reader before the upstream is held up. */
const held = 65_536

/** What an exchange tells the pool that it was sent through. */
export interface ExchangeEnd {
  /** The connection is free again, whatever became of the exchange. */
  over(exchange: Exchange): void
  /** It failed before any header came; true where it was sent again. */
  again(exchange: Exchange, error: Error): boolean
  /** It ends before its connection took it up: whoever holds it lets go and reports the error. */
  drop(exchange: Exchange, reason: Error): void
}

const late = (what: string, ms: number) => new Problem('upstream-timeout', {}, `${what} took more than ${ms} ms`)

/** Header pairs of an answer, as text. HTTP field values are bytes; latin1 keeps each. */
function pairsOf(raw: Dispatcher.DispatchController['rawHeaders']): string[] {
  if (!Array.isArray(raw)) return []
  return raw.map(item => (typeof item === 'string' ? item : item.toString('latin1')))
}

type Phase = 'waiting' | 'connecting' | 'sent' | 'answered' | 'ended' | 'failed'

/** One request to an upstream and its answer: undici's handler on one side, a reply's body on the other. */
export class Exchange implements Dispatcher.DispatchHandler, ReplyBody, Timed {
  readonly outgoing: Outgoing
  readonly reply: Promise<Reply>
  readonly #timeouts: Timeouts
  readonly #end: ExchangeEnd
  readonly #started: number
  readonly #resolve: (reply: Reply) => void
  readonly #reject: (error: Error) => void
  #controller: Dispatcher.DispatchController | undefined
  #chunks: Buffer[] = []
  #size = 0
  #sink: BodySink | undefined
  #phase: Phase = 'waiting'
  #failure: Error | undefined
  #paused = false
  /** When something last moved, as of the last tick: the clock isn't asked for every piece. */
  #activeAt: number
  #moved = false
  #progress = 0
  /** How often it was sent again. */
  retries = 0
  /** The connection that it was sent on. */
  client: Client | undefined
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
  get begun(): boolean {
    return this.#controller !== undefined
  }

  /** It was given to a connection, which may have to be made first. */
  dispatched(): void {
    this.#phase = 'connecting'
    this.#controller = undefined
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    this.#phase = 'sent'
    this.#moved = true
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    this.#moved = true
    if (status < 200) return
    this.#phase = 'answered'
    this.#resolve({ kind: 'stream', status, headers: pairsOf(controller.rawHeaders), body: this })
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#moved = true
    if (this.#sink !== undefined) {
      if (!this.#sink.write(chunk)) this.#pause(controller)
      return
    }
    this.#chunks.push(chunk)
    this.#size += chunk.length
    if (this.#size > held) this.#pause(controller)
  }

  onResponseEnd(): void {
    this.#phase = 'ended'
    this.#end.over(this)
    this.#sink?.end()
  }

  onResponseError(_: unknown, error: Error): void {
    const answered = this.#phase === 'answered'
    const cause = this.#failure ?? error
    if (!answered && this.#failure === undefined && this.#end.again(this, error)) return
    this.#phase = 'failed'
    this.#failure = cause
    this.#end.over(this)
    if (answered) this.#sink?.fail(cause)
    else this.#reject(upstreamProblem(cause, this.begun))
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
    else if (this.#controller !== undefined) this.#pause(this.#controller)
    return { resume: () => this.#resume() }
  }

  cancel(reason: Error): void {
    if (this.#phase === 'ended' || this.#phase === 'failed') return
    this.#failure ??= reason
    if (this.#controller === undefined) this.#end.drop(this, reason)
    else this.#controller.abort(reason)
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

  #pause(controller: Dispatcher.DispatchController): void {
    this.#paused = true
    controller.pause()
  }

  #resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#controller?.resume()
  }
}
