import type { Socket } from 'node:net'
import { bodiless, type Outgoing } from '@sallyport/core'
import type { Connect } from './connect.ts'
import { requestHead } from './request-head.ts'
import { type ResponseEvents, ResponseParser } from './response-parser.ts'
import { Sending } from './sending.ts'

/** One request and whoever waits for its answer. */
export interface Carried {
  readonly outgoing: Outgoing
  /** Its first bytes are about to be written. */
  begun(): void
  head(status: number, pairs: string[]): void
  /** `piece` is the taker's own. False holds the upstream up until `resume`. */
  body(piece: Uint8Array): boolean
  end(): void
  /** It ends without an answer, or in the midst of one. */
  failed(error: Error): void
}

/** Who lends connections out. */
export interface Lender {
  /** It carries nothing any longer and may be lent again. */
  returned(connection: Connection): void
  /** It is closed. Told before whoever was carried knows. */
  lost(connection: Connection): void
}

/** The other side closed a connection. */
class ConnectionClosed extends Error {
  override readonly name = 'ConnectionClosed'
  readonly code = 'ERR_UPSTREAM_CLOSED'
}

/** Methods that have a length also where there is no body (RFC 9110 section 8.6). */
const expectsBody: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH'])

/** Unless the upstream says how long it keeps a connection that nobody uses; and at the most, whatever it says. */
const usualIdleMs = 30_000
const longestIdleMs = 600_000
/** We stop using it so much earlier than the upstream closes it. */
const marginMs = 1_000

/** How long a connection may stay unused: the hint `Keep-Alive: timeout=5`, in seconds, where there is one. */
function idleMs(pairs: readonly string[]): number {
  for (let i = 0; i < pairs.length; i += 2) {
    const name = pairs[i]
    if (name?.length !== 10 || name.toLowerCase() !== 'keep-alive') continue
    const [, seconds] = /timeout=(\d{1,9})/i.exec(pairs[i + 1] ?? '') ?? []
    if (seconds !== undefined) return Math.min(Number(seconds) * 1000 - marginMs, longestIdleMs)
  }
  return usualIdleMs
}

/** A connection to an upstream: carries one exchange at a time. */
export class Connection implements ResponseEvents {
  readonly #lender: Lender
  readonly #socket: Socket
  readonly #parser = new ResponseParser(this)
  #ready = false
  #carried: Carried | undefined
  #sending: Sending | undefined
  #status = 0
  /** Whether the other side keeps it open after this answer. */
  #kept = true
  #held = false
  #answered = false
  #failure: Error | undefined
  /** How long it may stay unused, in milliseconds; none at all where it is to be closed. */
  idleMs = usualIdleMs
  /** Monotonic milliseconds at which it was first seen unused; kept by whoever lends it. */
  idleSince: number | undefined

  constructor(connect: Connect, lender: Lender) {
    this.#lender = lender
    const { socket, ready } = connect((input, bytes) => this.#received(input, bytes))
    this.#socket = socket
    socket.once(ready, () => {
      this.#ready = true
      this.#write()
    })
    socket.on('error', error => {
      this.#failure ??= error
    })
    socket.on('end', () => this.#ended())
    socket.on('close', () => {
      this.#closed()
      this.#parser.free()
    })
  }

  get closed(): boolean {
    return this.#socket.destroyed
  }

  get awaited(): boolean {
    return this.#carried !== undefined && !this.#answered
  }

  carry(carried: Carried): void {
    this.#carried = carried
    this.#status = 0
    this.idleSince = undefined
    if (this.#ready) this.#write()
  }

  /** Reads on after a piece was answered with false. */
  resume(): void {
    this.#held = false
    this.#socket.resume()
  }

  /** Closes it; who is carried is told why. */
  abort(reason: Error): void {
    this.#failure ??= reason
    this.#socket.destroy()
    this.#closed()
  }

  close(): void {
    this.#socket.destroy()
  }

  #write(): void {
    const carried = this.#carried
    if (carried === undefined || this.closed) return
    carried.begun()
    const { outgoing } = carried
    const { body, method, maxBody } = outgoing
    const socket = this.#socket
    try {
      if (body.length === 0) {
        socket.write(requestHead(outgoing, expectsBody.has(method) ? { length: 0 } : undefined, false), 'latin1')
        return
      }
      const whole = body.bytes ?? body.whole()
      // A server that leaves such a body unread would take it for the next request.
      this.#kept = !bodiless.has(method)
      const head = requestHead(outgoing, { length: whole?.length ?? body.length }, !this.#kept)
      if (whole === undefined) {
        this.#sending = new Sending(socket, head, body.stream(maxBody), body.length, error => this.abort(error))
        return
      }
      socket.cork()
      socket.write(head, 'latin1')
      socket.write(whole)
      socket.uncork()
    } catch (error) {
      this.abort(error instanceof Error ? error : new Error(String(error)))
    }
  }

  #received(input: Buffer, bytes: number): boolean {
    this.#answered = false
    try {
      this.#parser.read(input, bytes)
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error(String(error))
      this.#kept = false
    }
    if (this.#answered) this.#over()
    else if (this.#failure !== undefined) this.abort(this.#failure)
    return !this.#held
  }

  head(status: number, pairs: string[], kept: boolean): boolean {
    const carried = this.#carried
    this.#status = status
    if (carried === undefined || status < 200) return true
    if (!kept) this.#kept = false
    this.idleMs = idleMs(pairs)
    carried.head(status, pairs)
    return carried.outgoing.method !== 'HEAD'
  }

  body(piece: Uint8Array): void {
    if (this.#carried?.body(piece) === false) this.#held = true
  }

  /** Interim answers (RFC 9110 section 15.2) end here, without those that follow them being told. */
  end(): void {
    if (this.#status >= 200) this.#answered = true
  }

  /** The answer is whole. What was not written yet of the request is of no use, and neither is the connection then. */
  #over(): void {
    const carried = this.#carried
    this.#carried = undefined
    this.#held = false
    if (this.#sending?.over === false) {
      this.#sending.cancel()
      this.#kept = false
    }
    this.#sending = undefined
    if (!this.#kept || this.idleMs <= 0) this.#socket.destroy()
    this.#lender.returned(this)
    carried?.end()
  }

  /** Some bodies end with the connection (RFC 9112 section 6.3, item 8). */
  #ended(): void {
    this.#kept = false
    this.#answered = false
    try {
      if (this.#status >= 200 && this.#carried !== undefined) this.#parser.finish()
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error(String(error))
    }
    if (this.#answered) this.#over()
    this.#socket.destroy()
  }

  #closed(): void {
    const carried = this.#carried
    this.#carried = undefined
    this.#sending?.cancel()
    this.#sending = undefined
    this.#lender.lost(this)
    carried?.failed(this.#failure ?? new ConnectionClosed('the upstream closed the connection'))
  }
}
