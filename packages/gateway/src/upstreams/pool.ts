import { Readable } from 'node:stream'
import { type ForwardRule, type Outgoing, Problem, type Reply } from '@sallyport/core'
import { Client } from 'undici'
import type { Deadlines } from './deadlines.ts'
import { Exchange, type ExchangeEnd } from './exchange.ts'
import { isClosedSocket } from './problem.ts'

/** RFC 9110 section 9.2.2: sending these twice does what sending them once does. */
const idempotent: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])

/** Requests that wait for a connection; more are refused at once. */
const maxWaiting = 1_000

const readable = (bytes: AsyncIterable<Uint8Array>) => (bytes instanceof Readable ? bytes : Readable.from(bytes))

interface Waiting {
  readonly exchange: Exchange
}

/** The connections to one upstream: one undici Client a socket, the one used last first. */
export class Pool implements ExchangeEnd {
  readonly #rule: ForwardRule
  readonly #deadlines: Deadlines
  readonly #elapsed: () => number
  readonly #free: Client[] = []
  readonly #busy = new Map<Exchange, Client>()
  readonly #waiting: Waiting[] = []
  #closed = false

  constructor(rule: ForwardRule, deadlines: Deadlines, elapsed: () => number) {
    this.#rule = rule
    this.#deadlines = deadlines
    this.#elapsed = elapsed
  }

  send(outgoing: Outgoing): Promise<Reply> {
    const exchange = new Exchange(outgoing, this.#rule.timeouts, this, this.#elapsed())
    this.#deadlines.add(exchange)
    const client = this.#free.pop() ?? this.#grow()
    if (client !== undefined) this.#dispatch(client, exchange)
    else if (this.#waiting.length < maxWaiting) this.#waiting.push({ exchange })
    else {
      this.#deadlines.delete(exchange)
      throw new Problem('overloaded', { retryAfter: 1 }, `${maxWaiting} calls wait for ${this.#rule.origin}`)
    }
    return exchange.reply
  }

  over(exchange: Exchange): void {
    this.#deadlines.delete(exchange)
    const client = this.#busy.get(exchange)
    this.#busy.delete(exchange)
    if (client === undefined) return
    const next = this.#waiting.shift()
    if (next !== undefined) this.#dispatch(client, next.exchange)
    else if (this.#closed) void client.close()
    else this.#free.push(client)
  }

  /** A kept-alive connection may be closed just as it is used: sent again once, where that can do no harm. */
  again(exchange: Exchange, error: Error): boolean {
    const client = this.#busy.get(exchange)
    const { method, body } = exchange.outgoing
    const harmless = !exchange.begun || (idempotent.has(method) && (body.length === 0 || body.bytes !== undefined))
    if (client === undefined || exchange.retries > 0 || !harmless || !isClosedSocket(error)) return false
    exchange.retries++
    exchange.begun = false
    this.#dispatch(client, exchange)
    return true
  }

  /** Lets what is under way end and closes. */
  close(): void {
    this.#closed = true
    for (const client of this.#free.splice(0)) void client.close()
  }

  #grow(): Client | undefined {
    if (this.#busy.size >= this.#rule.connections) return undefined
    const { origin, timeouts, ca } = this.#rule
    return new Client(origin, {
      pipelining: 1,
      allowH2: false,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: 30_000,
      keepAliveMaxTimeout: 600_000,
      connect: { timeout: timeouts.connectMs, ...(ca !== undefined && { ca }) },
    })
  }

  #dispatch(client: Client, exchange: Exchange): void {
    this.#busy.set(exchange, client)
    const { method, path, headers, body, maxBody } = exchange.outgoing
    const length = body.length === undefined || body.length === 0 ? [] : ['Content-Length', String(body.length)]
    const content = body.length === 0 ? null : (body.bytes ?? readable(body.stream(maxBody)))
    client.dispatch({ method, path, headers: [...headers, ...length], body: content }, exchange)
  }
}
