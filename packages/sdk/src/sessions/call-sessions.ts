import { randomBytes } from 'node:crypto'
import { type Call, isLoopback } from '@sallyport/core'
import { clearedCookie, kept, type SessionRules, sessionCookie, sessionsIn } from '@sallyport/stages'
import { hashKey } from '@sallyport/tokens'
import type { Within } from '../within.ts'

const idBytes = 32

/** Milliseconds between two looks for what has ended. */
const sweepMs = 60_000

/** A browser would send a cookie without Secure in the clear, to whatever answers to the name. */
function requireThisMachine({ host }: Call): void {
  const name = host.replace(/:\d+$/, '')
  if (!isLoopback(name)) throw new TypeError(`sessions.insecure: is for this machine alone, and a call came to ${name}`)
}

/** The sessions of calls, and how they change. */
export class CallSessions {
  readonly #rules: SessionRules
  /** Sessions that began with a call, by it. */
  readonly #begun = new WeakMap<Within, string>()
  #sweptAt = Number.NEGATIVE_INFINITY

  constructor(rules: SessionRules) {
    this.#rules = rules
  }

  /** The hashes of all that a call bears, or of the one that began with it. */
  of(within: Within): readonly string[] {
    const begun = this.#begun.get(within)
    return begun === undefined ? sessionsIn(within.call, this.#rules.cookie) : [begun]
  }

  /** What `keep` puts into the store, under a new id that the answer brings. */
  async begin(within: Within, keep: (hash: string) => Promise<void>): Promise<void> {
    const { cookie } = this.#rules
    if (!cookie.secure) requireThisMachine(within.call)
    const id = randomBytes(idBytes).toString('base64url')
    const hash = hashKey(id)
    await keep(hash)
    this.#begun.set(within, hash)
    within.setCookie(cookie.name, sessionCookie(cookie, id))
  }

  async end(within: Within): Promise<void> {
    const { store, cookie } = this.#rules
    for (const hash of this.of(within)) await kept(() => store.remove(hash))
    within.setCookie(cookie.name, clearedCookie(cookie))
  }

  async sweep(now: number): Promise<void> {
    const { store, idleMs, absoluteMs } = this.#rules
    if (now - this.#sweptAt < sweepMs) return
    this.#sweptAt = now
    await kept(() => store.sweep({ begun: now - absoluteMs, seen: now - idleMs }))
  }
}
