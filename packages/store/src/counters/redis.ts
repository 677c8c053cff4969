import { hash, randomBytes } from 'node:crypto'
import type { Counters, LimitRule, Take, Taken } from '@sallyport/core'
import type { RedisConnection } from '../redis/connection.ts'
import { RedisScript } from '../redis/script.ts'
import { RedisUnavailable } from '../redis/unavailable.ts'
import { capacityOf } from './algorithms.ts'
import { checkNumbers, checkRule } from './checks.ts'
import { Held } from './held.ts'
import { renewScript, takeScript } from './redis-scripts.ts'
import { type KeyedTake, readTaken } from './redis-taken.ts'

export interface RedisCountersSettings {
  /** What all keys begin with. In braces, so that a call's keys lie in one slot of a cluster. */
  readonly prefix: string
  /** Milliseconds after which Redis gives back what a process held that renews nothing any more. */
  readonly leaseMs: number
}

const taking = new RedisScript(takeScript)
const renewing = new RedisScript(renewScript)

const kinds: Readonly<Record<LimitRule['algorithm'], string>> = {
  fixedWindow: 'fixed',
  slidingWindow: 'sliding',
  tokenBucket: 'bucket',
  concurrency: 'held',
}

const nonsense = 'its answers make no sense'

function numbersOf({ rule, cost }: Take): string[] {
  const windowMs = rule.algorithm === 'concurrency' ? 0 : rule.windowMs
  return [rule.algorithm, String(rule.count), String(windowMs), String(capacityOf(rule)), String(cost)]
}

/** What a server is asked before it counts as up: a take that is of no account, so that it is known to take. */
const greeting: Take = { key: 'greeting', rule: { algorithm: 'fixedWindow', count: 1e9, windowMs: 1000 }, cost: 1 }

const keyOf = (prefix: string, { key, rule }: Take) =>
  `${prefix}:${kinds[rule.algorithm]}:${hash('sha256', key, 'base64url')}`

const argsOf = (
  mode: 'take' | 'peek',
  now: number,
  ticket: number,
  holder: string,
  leaseMs: number,
  takes: readonly Take[],
) => [...[mode, String(now), String(ticket), holder, String(leaseMs)], ...takes.flatMap(numbersOf)]

/** Rejects with RedisUnavailable where the server doesn't take. */
export async function greetCounters(
  ask: (args: string[]) => Promise<unknown>,
  { prefix, leaseMs }: RedisCountersSettings,
) {
  // First what is short: who isn't let in may send no more, and would be told something else.
  await ask(['PING'])
  const key = keyOf(prefix, greeting)
  const reply = await ask(taking.whole([key], argsOf('take', 0, 0, '', leaseMs, [greeting])))
  if (readTaken(reply, 0, [{ key, take: greeting }], 0) === undefined) throw new RedisUnavailable(nonsense)
}

/**
 * Counters that all processes with one Redis share. A key is kept as its digest: it may hold a name, an address or a header's
 * value, which have no business in dumps, and no caller chooses how long it is.
 *
 * Time is the call's, as in memory, so that a call that is imagined at another time is answered truly, and one clock more, that of
 * Redis, can't fall out with the rest. Where gateways' clocks disagree the latest of them counts: see docs/counters.md. Only leases go by
 * the clock of Redis, for who has died tells no time.
 */
export class RedisCounters implements Counters {
  readonly #connection: RedisConnection
  readonly #settings: RedisCountersSettings
  readonly #held = new Held()
  /** This process, among those that hold something. */
  readonly #holder = randomBytes(9).toString('base64url')
  /** Numbers each ask, and each unit that it may come to hold. */
  #ticket = 1

  constructor(connection: RedisConnection, settings: RedisCountersSettings) {
    this.#connection = connection
    this.#settings = settings
  }

  async take(takes: readonly Take[], now: number): Promise<Taken> {
    const asked = this.#keyed(takes, now)
    const ticket = this.#nextTicket(takes)
    const taken = await this.#ask('take', asked, now, ticket)
    if (taken.allowed) this.#hold(asked, ticket)
    return taken
  }

  async peek(takes: readonly Take[], now: number): Promise<Taken> {
    return this.#ask('peek', this.#keyed(takes, now), now, this.#nextTicket(takes))
  }

  /** Never rejects: what Redis isn't told of, the lease ends. */
  async release(takes: readonly Take[], now: number): Promise<void> {
    const asked = this.#keyed(takes, now).filter(({ take }) => take.rule.algorithm === 'concurrency')
    const dropped = asked.map(({ key, take }) => [key, this.#held.drop(key, take.cost)] as const)
    const told = dropped.filter(([, members]) => members.length > 0)
    await Promise.allSettled(told.map(([key, members]) => this.#connection.ask(['ZREM', key, ...members])))
  }

  /** Keeps what is held for another lease; what can't be told now is told the next time. */
  async renew(): Promise<void> {
    const lease = String(this.#settings.leaseMs)
    const told = this.#held.all().map(([key, members]) => renewing.run(this.#connection, [key], [lease, ...members]))
    await Promise.allSettled(told)
  }

  #keyed(takes: readonly Take[], now: number): readonly KeyedTake[] {
    checkNumbers(takes, now)
    return takes.map(take => {
      checkRule(take.rule)
      return { key: keyOf(this.#settings.prefix, take), take }
    })
  }

  #nextTicket(takes: readonly Take[]): number {
    const ticket = this.#ticket
    this.#ticket += 1 + takes.reduce((sum, { cost }) => sum + cost, 0)
    return ticket
  }

  async #ask(mode: 'take' | 'peek', asked: readonly KeyedTake[], now: number, ticket: number): Promise<Taken> {
    const takes = asked.map(({ take }) => take)
    const keys = asked.map(({ key }) => key)
    const args = argsOf(mode, now, ticket, this.#holder, this.#settings.leaseMs, takes)
    const taken = readTaken(await taking.run(this.#connection, keys, args), ticket, asked, now)
    if (taken !== undefined) return taken
    this.#connection.distrust(nonsense)
    throw new RedisUnavailable(nonsense)
  }

  /** Units are numbered from the ticket on, as takeScript does. */
  #hold(asked: readonly KeyedTake[], ticket: number): void {
    let unit = ticket
    for (const { key, take } of asked) {
      if (take.rule.algorithm !== 'concurrency' || take.cost === 0) continue
      this.#held.add(
        key,
        Array.from({ length: take.cost }, () => `${this.#holder}:${unit++}`),
      )
    }
  }
}
