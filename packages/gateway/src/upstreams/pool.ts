import {
  type Deadlines,
  type ForwardRule,
  type Outgoing,
  Problem,
  type Reply,
  type Timed,
  TurnEnd,
} from '@sallyport/core'
import { type Connect, connectorTo } from './connect.ts'
import { Connection, type Lender } from './connection.ts'
import { type Answer, Exchange, type ExchangeEnd } from './exchange.ts'
import { isClosedSocket } from './problem.ts'

/** RFC 9110 section 9.2.2: sending these twice does what sending them once does. */
const idempotent: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])

/** Requests that wait for a connection; more are refused at once. */
const maxWaiting = 1_000

/**
 * The connections to one upstream, the one used last first. Requests go out at the end of the turn of the event loop in
 * which they came, and a connection is lent again no sooner: so whatever an upstream sent unasked has been read by then,
 * closed the connection, and is never taken for the answer to the next request.
 */
export class Pool implements ExchangeEnd, Lender, Timed {
  readonly #rule: ForwardRule
  readonly #deadlines: Deadlines
  readonly #connect: Connect
  readonly #answers = new TurnEnd<Answer>(({ tell, reply }) => tell(reply))
  readonly #all = new Set<Connection>()
  #free: Connection[] = []
  /** Connections that were given back in this turn. */
  #returned: Connection[] = []
  #waiting: Exchange[] = []
  #scheduled = false
  #closed = false
  /** Monotonic milliseconds. */
  usedAt = 0
  slot = -1

  constructor(rule: ForwardRule, deadlines: Deadlines) {
    this.#rule = rule
    this.#deadlines = deadlines
    this.#connect = connectorTo(rule)
    deadlines.add(this)
  }

  get closed(): boolean {
    return this.#closed
  }

  get idle(): boolean {
    return this.#waiting.length === 0 && this.#busy === 0
  }

  get #busy(): number {
    return this.#all.size - this.#free.length - this.#returned.length
  }

  send(outgoing: Outgoing, now: number): Promise<Reply> {
    this.usedAt = now
    if (this.#waiting.length >= maxWaiting + this.#rule.connections - this.#busy) {
      throw new Problem('overloaded', { retryAfter: 1 }, `${maxWaiting} calls wait for ${this.#rule.origin}`)
    }
    const exchange = new Exchange(outgoing, this.#rule.timeouts, this, now)
    this.#deadlines.add(exchange)
    this.#wait(exchange)
    return exchange.reply
  }

  answered(answer: Answer): void {
    this.#answers.add(answer)
  }

  over(exchange: Exchange): void {
    this.#deadlines.delete(exchange)
    exchange.connection = undefined
  }

  /** A kept-alive connection may be closed just as it is used: sent again once, where that can do no harm. */
  again(exchange: Exchange, error: Error): boolean {
    const { method, body } = exchange.outgoing
    const harmless = !exchange.isBegun || idempotent.has(method)
    const whole = body.length === 0 || body.bytes !== undefined
    if (exchange.retries > 0 || !harmless || !whole || !isClosedSocket(error)) return false
    exchange.retries++
    exchange.connection = undefined
    this.#wait(exchange)
    return true
  }

  drop(exchange: Exchange): void {
    this.#waiting = this.#waiting.filter(each => each !== exchange)
  }

  returned(connection: Connection): void {
    if (this.#closed) connection.close()
    this.#returned.push(connection)
    this.#schedule()
  }

  lost(connection: Connection): void {
    if (!this.#all.delete(connection)) return
    this.#free = this.#free.filter(each => each !== connection)
    this.#returned = this.#returned.filter(each => each !== connection)
    if (this.#waiting.length > 0) this.#schedule()
  }

  /** Closes what nobody has used for too long. `now` is monotonic milliseconds. */
  tick(now: number): void {
    for (const connection of [...this.#free]) {
      connection.idleSince ??= now
      if (now - connection.idleSince >= connection.idleMs) connection.close()
    }
  }

  /** Lets what is under way end and closes. */
  close(): void {
    this.#closed = true
    this.#deadlines.delete(this)
    for (const connection of [...this.#free, ...this.#returned]) connection.close()
  }

  #wait(exchange: Exchange): void {
    this.#waiting.push(exchange)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => this.#lend())
  }

  #lend(): void {
    this.#scheduled = false
    for (const connection of this.#returned) if (!connection.closed) this.#free.push(connection)
    this.#returned = []
    const waiting = this.#waiting
    this.#waiting = []
    let served = 0
    for (const exchange of waiting) {
      const connection = this.#take()
      if (connection === undefined) break
      served++
      exchange.dispatched(connection)
      connection.carry(exchange)
    }
    this.#waiting.unshift(...waiting.slice(served))
  }

  #take(): Connection | undefined {
    for (;;) {
      const connection = this.#free.pop()
      if (connection === undefined) return this.#all.size < this.#rule.connections ? this.#open() : undefined
      if (!connection.closed) return connection
    }
  }

  #open(): Connection {
    const connection = new Connection(this.#connect, this)
    this.#all.add(connection)
    return connection
  }
}
