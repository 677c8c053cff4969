import type { ForwardRule, Outgoing, Reply } from '@sallyport/core'
import type { Upstreams } from '@sallyport/stages'
import { Deadlines } from './deadlines.ts'
import { Pool } from './pool.ts'

/** Connections to every upstream, by the rule that names it: they outlive a reload as long as the rule stays. */
export class HttpUpstreams implements Upstreams {
  readonly #pools = new Map<string, Pool>()
  readonly #byRule = new WeakMap<ForwardRule, Pool>()
  readonly #elapsed: () => number
  readonly #deadlines: Deadlines

  constructor(elapsed: () => number) {
    this.#elapsed = elapsed
    this.#deadlines = new Deadlines(elapsed)
  }

  send(outgoing: Outgoing, rule: ForwardRule): Promise<Reply> {
    return this.#poolOf(rule).send(outgoing)
  }

  close(): void {
    for (const pool of this.#pools.values()) pool.close()
    this.#deadlines.close()
  }

  #poolOf(rule: ForwardRule): Pool {
    const known = this.#byRule.get(rule)
    if (known !== undefined) return known
    const id = JSON.stringify([rule.origin, rule.ca, rule.timeouts, rule.connections])
    const pool = this.#pools.get(id) ?? new Pool(rule, this.#deadlines, this.#elapsed)
    this.#pools.set(id, pool)
    this.#byRule.set(rule, pool)
    return pool
  }
}
