import { Deadlines, type Ticking } from '@sallyport/core'
import type { Client, Clients } from './client.ts'
import { Overdue } from './overdue.ts'
import { RedisUnavailable } from './unavailable.ts'

export interface ConnectionPorts extends Ticking {
  /** What must succeed before the server counts as up, on every connection anew. */
  readonly greet: (ask: (args: string[]) => Promise<unknown>) => Promise<void>
  /** Told why it is down, and with nothing when it is up again. */
  readonly told: (reason: string | undefined) => void
}

/** Milliseconds: what a try may take at least, and how long a server that is down is left alone. */
const pace = { connect: 5000, retry: 1000 }
/** More that wait for an answer are a flood, or a server that is too slow for it. */
const waitingMax = 50_000

/** Errors of the whole server, whatever it is asked: it is down until it greets again. */
const serverCodes = new Set([
  ...['OOM', 'READONLY', 'LOADING', 'MASTERDOWN', 'MISCONF', 'NOREPLICAS', 'BUSY', 'UNKILLABLE'],
  ...['NOAUTH', 'WRONGPASS', 'NOPERM', 'MOVED', 'ASK', 'TRYAGAIN', 'CLUSTERDOWN', 'CROSSSLOT'],
])

/**
 * One connection to a server, made anew a second after it was lost. Every ask ends: one that is late ends the connection, for
 * nobody can tell whose answer would come next. While the server is down asks are refused at once.
 */
export class RedisConnection {
  readonly #clients: Clients
  readonly #timeoutMs: number
  readonly #ports: ConnectionPorts
  readonly #deadlines: Deadlines
  /** Undefined while nothing is tried. */
  #client: Client | undefined
  /** Asks that wait for the client's answer. */
  #waiting = 0
  /** Why it is down; undefined while it is up, or tried for the first time. */
  #down: string | undefined
  /** Settled when the first try has ended: until then asks wait for it. */
  #opening: Promise<void> | undefined
  #opened: () => void = () => undefined
  /** The end of the try under way, or the beginning of the next. */
  #turn = new Overdue(0, () => undefined)

  constructor(clients: Clients, timeoutMs: number, ports: ConnectionPorts) {
    this.#clients = clients
    this.#timeoutMs = timeoutMs
    this.#ports = ports
    this.#deadlines = new Deadlines(ports)
    this.#opening = new Promise(resolve => {
      this.#opened = resolve
    })
    this.#connect()
  }

  /** Whether it is, or is tried for the first time. */
  get isUp(): boolean {
    return this.#down === undefined
  }

  /** Rejects with RedisUnavailable. */
  ask(args: string[]): Promise<unknown> {
    if (this.#opening !== undefined) return this.#opening.then(() => this.ask(args))
    const client = this.#client
    if (client === undefined || this.#down !== undefined)
      return Promise.reject(new RedisUnavailable(this.#down ?? 'closed'))
    if (this.#waiting >= waitingMax) return Promise.reject(new RedisUnavailable('too many answers are waited for'))
    return this.#asked(client, args)
  }

  /** Ends the connection, for what comes over it can't be trusted; it is made anew. */
  distrust(reason: string): void {
    if (this.#client !== undefined) this.#lost(this.#client, reason)
  }

  close(): void {
    this.#down = 'closed'
    this.distrust('closed')
    this.#deadlines.delete(this.#turn)
    this.#deadlines.close()
  }

  #asked(client: Client, args: string[]): Promise<unknown> {
    const late = this.#after(this.#timeoutMs, () => this.#lost(client, 'it did not answer in time'))
    if (this.#waiting++ === 0) client.ref()
    const ended = () => {
      this.#deadlines.delete(late)
      if (client === this.#client && --this.#waiting === 0) client.unref()
    }
    return client.sendCommand(args).then(
      reply => {
        ended()
        return reply
      },
      error => {
        ended()
        throw this.#refused(client, error)
      },
    )
  }

  #after(ms: number, then: () => void): Overdue {
    const overdue = new Overdue(this.#ports.elapsed() + ms, then)
    this.#deadlines.add(overdue)
    return overdue
  }

  #refused(client: Client, error: unknown): RedisUnavailable {
    if (client !== this.#client) return new RedisUnavailable(this.#down ?? 'the connection was lost')
    const code = this.#clients.codeOf(error)
    const reason = this.#reasonOf(error)
    if (code !== undefined && serverCodes.has(code)) this.#lost(client, reason)
    return new RedisUnavailable(reason, code)
  }

  /** Of what a server says only the code: the rest may repeat what was sent, a password too. */
  #reasonOf(error: unknown): string {
    const code = this.#clients.codeOf(error)
    if (code !== undefined) return `it answered ${code}`
    if (error instanceof RedisUnavailable) return error.reason
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
    return error instanceof TypeError ? 'its answers make no sense' : 'it closed the connection'
  }

  #connect(): void {
    const client = this.#clients.make()
    this.#client = client
    const lost = (error: unknown) => this.#lost(client, this.#reasonOf(error))
    this.#next(Math.max(pace.connect, this.#timeoutMs), () => this.#lost(client, 'it did not answer in time'))
    client.on('error', lost)
    client
      .connect()
      .then(() => this.#ports.greet(args => client.sendCommand(args)))
      .then(() => this.#greeted(client), lost)
  }

  #next(ms: number, then: () => void): void {
    this.#deadlines.delete(this.#turn)
    this.#turn = this.#after(ms, then)
  }

  #greeted(client: Client): void {
    if (client !== this.#client) return
    this.#deadlines.delete(this.#turn)
    client.unref()
    const wasDown = this.#down !== undefined
    this.#down = undefined
    this.#settle()
    if (wasDown) this.#ports.told(undefined)
  }

  #lost(client: Client, reason: string): void {
    if (client !== this.#client) return
    const wasUp = this.isUp
    this.#client = undefined
    this.#waiting = 0
    this.#down = reason
    this.#next(pace.retry, () => this.#connect())
    client.destroy()
    this.#settle()
    if (wasUp) this.#ports.told(reason)
  }

  #settle(): void {
    this.#opening = undefined
    this.#opened()
  }
}
