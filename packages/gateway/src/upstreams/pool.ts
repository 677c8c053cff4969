import { Readable } from 'node:stream'
import { type ForwardRule, type Outgoing, Problem, type Reply } from '@sallyport/core'
import { buildConnector, Client } from 'undici'
import { bodiless } from '../bodiless.ts'
import type { Deadlines } from './deadlines.ts'
import { Exchange, type ExchangeEnd } from './exchange.ts'
import { isClosedSocket } from './problem.ts'

/** RFC 9110 section 9.2.2: sending these twice does what sending them once does. */
const idempotent: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])

/** Requests that wait for a connection; more are refused at once. */
const maxWaiting = 1_000

const readable = (bytes: AsyncIterable<Uint8Array>) => (bytes instanceof Readable ? bytes : Readable.from(bytes))

/** Connects as the rule says. undici would take and drop a hold on the process for every call: closing a pool does that once. */
function connectorFor({ ca }: ForwardRule): buildConnector.connector {
  const connect = buildConnector({
    allowH2: false,
    timeout: 0,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ...(ca !== undefined && { ca }),
  })
  return (options, done) =>
    connect(options, (...[error, socket]) => {
      // Where it failed undici leaves the socket out.
      if (error !== null) return done(error, null)
      return done(null, Object.assign(socket, { ref: () => socket, unref: () => socket }))
    })
}

/** The connections to one upstream: one undici Client a socket, the one used last first. */
export class Pool implements ExchangeEnd {
  readonly #rule: ForwardRule
  readonly #deadlines: Deadlines
  readonly #connector: buildConnector.connector
  readonly #free: Client[] = []
  /** How many connections carry an exchange. Each exchange names its own: see Deadlines for why no Map does. */
  #busy = 0
  readonly #waiting = new Set<Exchange>()
  #closed = false
  /** Monotonic milliseconds. */
  usedAt = 0

  constructor(rule: ForwardRule, deadlines: Deadlines) {
    this.#rule = rule
    this.#deadlines = deadlines
    this.#connector = connectorFor(rule)
  }

  get closed(): boolean {
    return this.#closed
  }

  get idle(): boolean {
    return this.#busy === 0 && this.#waiting.size === 0
  }

  send(outgoing: Outgoing, now: number): Promise<Reply> {
    this.usedAt = now
    const exchange = new Exchange(outgoing, this.#rule.timeouts, this, now)
    const client = this.#free.pop() ?? this.#grow()
    if (client === undefined && this.#waiting.size >= maxWaiting) {
      throw new Problem('overloaded', { retryAfter: 1 }, `${maxWaiting} calls wait for ${this.#rule.origin}`)
    }
    this.#deadlines.add(exchange)
    if (client === undefined) this.#waiting.add(exchange)
    else this.#dispatch(client, exchange)
    return exchange.reply
  }

  over(exchange: Exchange): void {
    this.#deadlines.delete(exchange)
    const { client } = exchange
    if (client === undefined) return
    exchange.client = undefined
    this.#busy--
    const [next] = this.#waiting
    if (next !== undefined) {
      this.#waiting.delete(next)
      this.#dispatch(client.destroyed ? this.#connect() : client, next)
    } else if (this.#closed) void client.close()
    else if (!client.destroyed) this.#free.push(client)
  }

  /** A kept-alive connection may be closed just as it is used: sent again once, where that can do no harm. */
  again(exchange: Exchange, error: Error): boolean {
    const { client } = exchange
    const { method, body } = exchange.outgoing
    const harmless = !exchange.begun || idempotent.has(method)
    const whole = body.length === 0 || body.bytes !== undefined
    if (client === undefined || exchange.retries > 0 || !harmless || !whole || !isClosedSocket(error)) return false
    exchange.retries++
    this.#dispatch(client, exchange)
    return true
  }

  drop(exchange: Exchange, reason: Error): void {
    const { client } = exchange
    if (client !== undefined) void client.destroy(reason)
    else if (this.#waiting.delete(exchange)) exchange.onResponseError(undefined, reason)
  }

  /** Lets what is under way end and closes. */
  close(): void {
    this.#closed = true
    for (const client of this.#free.splice(0)) void client.close()
  }

  #grow(): Client | undefined {
    return this.#busy < this.#rule.connections ? this.#connect() : undefined
  }

  /** The deadlines are ours, so undici's own are off. Certificates are checked whatever the environment says. */
  #connect(): Client {
    return new Client(this.#rule.origin, {
      // With 1 undici waits a turn of the event loop after each answer. No Client is ever given two calls at a time.
      pipelining: 2,
      allowH2: false,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: 30_000,
      keepAliveMaxTimeout: 600_000,
      connect: this.#connector,
    })
  }

  #dispatch(client: Client, exchange: Exchange): void {
    if (exchange.client === undefined) this.#busy++
    exchange.client = client
    const { method, path, headers, body, maxBody } = exchange.outgoing
    const length = body.length === undefined || body.length === 0 ? [] : ['Content-Length', String(body.length)]
    const content = body.length === 0 ? null : (body.bytes ?? body.whole() ?? readable(body.stream(maxBody)))
    exchange.dispatched()
    // A server that leaves such a body unread would take it for the next request.
    const reset = content !== null && bodiless.has(method)
    client.dispatch({ method, path, headers: [...headers, ...length], body: content, reset }, exchange)
  }
}
