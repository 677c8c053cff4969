import { Deadlines, type ForwardRule, type Outgoing, type Reply, type Ticking } from '@sallyport/core'
import type { Upstreams } from '@sallyport/stages'
import { Pool } from './pool.ts'

/** After so long without a call a pool makes room: its rule may be gone. */
const keptMs = 600_000

/** Connections to every upstream, by the rule that names it: they outlive a reload as long as the rule stays. */
export class HttpUpstreams implements Upstreams {
  readonly #pools = new Map<string, Pool>()
  readonly #byRule = new WeakMap<ForwardRule, Pool>()
  readonly #elapsed: () => number
  readonly #deadlines: Deadlines

  constructor(ticking: Ticking) {
    this.#elapsed = ticking.elapsed
    this.#deadlines = new Deadlines(ticking)
  }

  send(outgoing: Outgoing, rule: ForwardRule): Promise<Reply> {
    const now = this.#elapsed()
    const known = this.#byRule.get(rule)
    const pool = known === undefined || known.closed ? this.#poolFor(rule, now) : known
    return pool.send(outgoing, now)
  }

  /**
   * Closes the connections, and waits until the calls whose callers are gone are over: in one turn they learn of it, in the
   * next they are answered and recorded.
   */
  async close(): Promise<void> {
    for (const pool of this.#pools.values()) pool.close()
    this.#deadlines.close()
    for (let turn = 0; turn < 2; turn++) await new Promise(resolve => setImmediate(resolve))
  }

  #poolFor(rule: ForwardRule, now: number): Pool {
    const id = JSON.stringify([rule.origin, rule.ca, rule.timeouts, rule.connections])
    const pool = this.#pools.get(id) ?? this.#add(id, rule, now)
    this.#byRule.set(rule, pool)
    return pool
  }

  #add(id: string, rule: ForwardRule, now: number): Pool {
    for (const [key, pool] of this.#pools) {
      if (!pool.idle || now - pool.usedAt < keptMs) continue
      pool.close()
      this.#pools.delete(key)
    }
    const pool = new Pool(rule, this.#deadlines)
    this.#pools.set(id, pool)
    return pool
  }
}
