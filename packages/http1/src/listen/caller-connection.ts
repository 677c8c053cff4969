import type { Socket } from 'node:net'
import { Problem, type Reply } from '@sallyport/core'
import type { Accepted } from './accept.ts'
import { CallerBody, type Source } from './caller-body.ts'
import { Incoming, type Reader } from './incoming.ts'
import { Lingering } from './linger.ts'
import { rawAnswer } from './raw-answer.ts'
import type { RequestHead } from './request-parser.ts'
import { type Patience, Silence } from './silence.ts'
import type { Answerable } from './streamed-answer.ts'

/** A call that waits for its answer. */
export interface Ongoing {
  readonly connection: CallerConnection
  readonly head: RequestHead
  readonly body: CallerBody
}

/** Who takes up what comes on connections. */
export interface Attendant {
  arrived(call: Ongoing): void
  /** What is to be answered to what cannot be read. */
  unreadable(problem: Problem, peer: string | undefined): Reply
}

/** What comes after the call: another one, the end, or the end with bytes on their way that nobody reads. */
type Afterwards = 'more' | 'end' | 'linger'

const late = (what: string) => new Problem('request-timeout', {}, what)

const waitsForContinue = ({ pairs, version }: RequestHead) =>
  version === '1.1' && pairs.some((name, i) => i % 2 === 0 && name.length === 6 && name.toLowerCase() === 'expect')

/** A connection of a caller: carries one call at a time. */
export class CallerConnection implements Reader, Source, Answerable {
  readonly socket: Socket
  /** The caller's address; asked for while it is known. A unix socket has none. */
  readonly peer: string | undefined
  readonly #attendant: Attendant
  readonly #incoming: Incoming
  readonly #silence = new Silence(performance.now())
  #call: Ongoing | undefined
  #afterwards: Afterwards = 'more'
  #lingering: Lingering | undefined

  constructor(accepted: Accepted, peer: string | undefined, attendant: Attendant) {
    const socket = accepted((input, bytes) => this.#received(input, bytes))
    this.socket = socket
    this.peer = peer
    this.#attendant = attendant
    this.#incoming = new Incoming(socket, this)
    socket.on('end', () => this.#ended())
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#call?.body.gone()
      this.#incoming.free()
    })
  }

  get busy(): boolean {
    return this.#call !== undefined || this.isLast
  }

  /** Whether no other call follows. */
  get isLast(): boolean {
    return this.#afterwards !== 'more'
  }

  get gone(): boolean {
    return this.socket.destroyed
  }

  head(head: RequestHead): void {
    this.#silence.headEnded()
    if (!head.kept) this.close()
    this.#call = { connection: this, head, body: new CallerBody(head.pairs, this) }
    this.#attendant.arrived(this.#call)
  }

  body(piece: Buffer): void {
    this.#call?.body.came(piece)
  }

  end(): void {
    this.#call?.body.ended()
  }

  /** Answers what could not be read, once, and closes. A call under way is never answered by words for another. */
  unreadable(problem: Problem): void {
    this.#incoming.stop()
    this.closeUnread()
    if (this.#call !== undefined) {
      if (!this.#call.body.isHere) this.#call.body.fail(problem)
      return
    }
    try {
      this.socket.write(rawAnswer(this.#attendant.unreadable(problem, this.peer)), 'latin1')
      this.#lingering = new Lingering(this.socket)
    } catch {
      // Nobody can say it: not before rules were loaded, nor where they give it a field that cannot be sent.
      this.socket.destroy()
    }
  }

  hold(): void {
    this.#incoming.hold()
  }

  release(): void {
    this.#incoming.release()
  }

  goOn(): void {
    if (this.#call === undefined || !waitsForContinue(this.#call.head)) return
    this.socket.write('HTTP/1.1 100 Continue\r\n\r\n', 'latin1')
  }

  close(): void {
    if (this.#afterwards === 'more') this.#afterwards = 'end'
  }

  /** No call follows, and what still comes of this one is not read. */
  closeUnread(): void {
    this.#afterwards = 'linger'
  }

  answered(): void {
    const { socket } = this
    if (socket.writableNeedDrain && !this.isLast) return void socket.once('drain', () => this.answered())
    this.#call = undefined
    if (this.#afterwards === 'more') {
      if (this.#incoming.isAhead) this.#incoming.next()
      this.#lookForHead()
      return
    }
    this.#incoming.stop()
    if (this.#afterwards === 'linger' || this.#incoming.isAhead) this.#lingering = new Lingering(socket)
    else socket.destroySoon()
  }

  /** Ends it as soon as no call is under way. */
  drain(): void {
    this.close()
    if (this.#call === undefined && this.#lingering === undefined) this.socket.destroy()
  }

  /** Judges how long the caller has been silent. `now` is monotonic milliseconds. */
  look(now: number, patience: Patience): void {
    if (this.#lingering !== undefined) return
    const { bytesRead, bytesWritten } = this.socket
    const verdict = this.#silence.judge(now, bytesRead + bytesWritten, patience)
    if (verdict === 'silence') this.#silent()
    else if (verdict === 'head' && this.#incoming.inHead) this.unreadable(late('the header section took too long'))
    else if (verdict === 'head') this.socket.destroy()
  }

  /** Whoever reads a body waits no longer for its caller; and callers who wait are waited for, not those who take nothing. */
  #silent(): void {
    const call = this.#call
    if (call?.body.awaited === true) call.body.fail(late('nothing more of the body came'))
    else if (call === undefined || this.socket.writableLength > 0) this.socket.destroy()
  }

  #received(input: Buffer, bytes: number): void {
    if (this.gone) return
    if (this.#lingering !== undefined) this.#lingering.drop(bytes)
    else this.#incoming.received(input, bytes)
    this.#lookForHead()
  }

  #lookForHead(): void {
    if (this.#call === undefined && this.#incoming.inHead) this.#silence.headBegan(performance.now())
  }

  /** The caller closed its side, and with that has gone: whoever stops in the middle of a head is told what is wrong with it. */
  #ended(): void {
    if (this.#call !== undefined || this.#lingering !== undefined) return void this.socket.destroy()
    this.#incoming.finish()
    if (this.#lingering === undefined) this.socket.destroySoon()
  }
}
