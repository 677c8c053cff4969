import type { Clock } from '@sallyport/core'
import { BadToken } from './bad-token.ts'
import type { Claims } from './claims.ts'
import { rejectedBy } from './deadline.ts'
import type { FetchJson } from './fetch-json.ts'
import { type Authority, introspect } from './introspection.ts'
import { VerdictCache } from './verdict-cache.ts'
import { createWorkQueue } from './work-queue.ts'

export interface IntrospectorOptions {
  readonly authority: Authority
  /** How long a good answer is remembered, from when it was asked for; 0 for not at all. */
  readonly rememberMs: number
  /** How long an answer may take, waiting for its turn included. */
  readonly timeoutMs: number
}

export interface IntrospectorPorts {
  readonly clock: Clock
  readonly fetchJson: FetchJson
  /** 32 random bytes that key what is remembered of tokens. */
  readonly randomKey: Uint8Array
  /** Makes the signal that ends a request; AbortSignal.timeout unless given. */
  readonly timeout?: (ms: number) => AbortSignal
}

/** Asks one authority about tokens. */
export interface Introspector {
  /**
   * What the authority says of an active token: at once where it is remembered. Whether that is good here and now is judged on every call.
   * Throws or rejects with BadToken: `malformed` for what can be no token, `claim` for one that isn't active, `unavailable` where it can't
   * be known. Rejects with WorkQueueFull where too many wait.
   */
  ask(token: string): Claims | Promise<Claims>
}

interface Told {
  readonly claims: Claims
  /** On the monotonic clock. */
  readonly until: number
}

/** RFC 6749 appendix A.12: visible characters and spaces. Whatever else comes is asked of nobody. */
const tokenShape = /^[\x20-\x7e]{1,16384}$/
const cacheBytes = 16 * 2 ** 20
const asking = { running: 16, waiting: 256 }

/**
 * An introspector that remembers good answers for a short while, bounded in bytes, under a keyed hash of the token. What failed is asked anew. A
 * token that is asked about already is not asked about twice.
 */
export function createIntrospector(options: IntrospectorOptions, ports: IntrospectorPorts): Introspector {
  const { authority, rememberMs, timeoutMs } = options
  const { clock, fetchJson, timeout = ms => AbortSignal.timeout(ms) } = ports
  const told = new VerdictCache<Told>(ports.randomKey, cacheBytes)
  const underway = new Map<string, Promise<Claims>>()
  const queue = createWorkQueue(asking)

  async function answered(token: string): Promise<Claims> {
    const signal = timeout(timeoutMs)
    const late = rejectedBy(signal, authority.url).catch((error: Error) => {
      throw new BadToken('unavailable', error.message)
    })
    const claims = await Promise.race([
      late,
      queue.run(async () => {
        signal.throwIfAborted()
        return introspect(token, authority, { fetchJson, signal })
      }),
    ])
    if (claims === undefined) throw new BadToken('claim', 'the authority says that it is not active')
    return claims
  }

  async function remembered(token: string, slot: string): Promise<Claims> {
    const until = clock.elapsed() + rememberMs
    const claims = await answered(token)
    told.set(slot, 1, { claims, until }, Buffer.byteLength(JSON.stringify(claims)))
    return claims
  }

  /** Joins whoever asks about the same token already. */
  function joined(token: string, slot: string): Promise<Claims> {
    const known = underway.get(slot)
    if (known !== undefined) return known
    const asked = remembered(token, slot).finally(() => underway.delete(slot))
    underway.set(slot, asked)
    return asked
  }

  return {
    ask(token) {
      if (!tokenShape.test(token)) throw new BadToken('malformed', 'it holds what no token does, or too much')
      // An answer that was asked for before this call may be older than this call allows.
      if (rememberMs === 0) return answered(token)
      const slot = told.slot(token)
      const known = told.get(slot, 1)
      return known !== undefined && clock.elapsed() < known.until ? known.claims : joined(token, slot)
    },
  }
}
