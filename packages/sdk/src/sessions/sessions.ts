import { randomBytes } from 'node:crypto'
import { type Call, isLoopback, Problem, type SessionEntry } from '@sallyport/core'
import {
  clearedCookie,
  hasEnded,
  kept,
  keptSession,
  type SessionRules,
  sessionCookie,
  sessionMethod,
  sessionsIn,
} from '@sallyport/stages'
import { hashKey } from '@sallyport/tokens'
import { declared } from '../declared.ts'
import type { MethodRule } from '../identify.ts'
import { type Handled, type Within, withinOf } from '../within.ts'
import { type SessionsOptions, type SessionUser, sessionChanges, sessionsOptions, sessionUser } from './options.ts'

/** Sessions of one kind of users. Handlers begin and end them; `call` is what a handler was called with. */
export interface Sessions {
  /** Tells callers by the cookie of their session: for `identify`. */
  readonly session: MethodRule
  /** Begins one with a new id, for whom the handler has found out. One that the call bore ends. */
  begin(call: Handled, who: SessionUser): Promise<void>
  /** Gives the call's session a new id and, where they are named, other rights: for whenever these are more. It lasts no longer for it. */
  renew(call: Handled, changes?: Omit<SessionUser, 'user'>): Promise<void>
  /** Ends the call's session, if it has one. */
  end(call: Handled): Promise<void>
  /** Ends all sessions of a user, and tells how many they were. */
  endAll(user: string): Promise<number>
}

const idBytes = 32

/** Milliseconds between two looks for what has ended. */
const sweepMs = 60_000

/** A browser would send a cookie without Secure in the clear, to whatever answers to the name. */
function requireThisMachine({ host }: Call): void {
  const name = host.replace(/:\d+$/, '')
  if (!isLoopback(name)) throw new TypeError(`sessions.insecure: is for this machine alone, and a call came to ${name}`)
}

/** The sessions of calls, and how they change. */
class CallSessions {
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

const ended = () => new Problem('credential-expired', {}, 'the session has ended')

/**
 * Sessions for browsers: a random id of 256 bits in a cookie, and in the store its hash with all that the session is about. Throws TypeError that
 * names the option which won't do.
 */
export function sessions(written: SessionsOptions): Sessions {
  const rules = declared('sessions', sessionsOptions, written)
  const { store } = rules
  const ofCalls = new CallSessions(rules)
  const current = async (within: Within): Promise<SessionEntry> => {
    const [hash, more] = ofCalls.of(within)
    if (hash === undefined || more !== undefined) throw ended()
    const entry = await keptSession(store, hash)
    if (entry === undefined || hasEnded(entry, rules, within.call.at)) throw ended()
    return entry
  }
  return {
    session: {
      bound: {
        kind: 'session',
        label: `session in cookie ${rules.cookie.name}`,
        config: { cookie: rules.cookie, idleMs: rules.idleMs, absoluteMs: rules.absoluteMs },
        create: () => sessionMethod(rules),
      },
    },
    async begin(call, who) {
      const within = withinOf(call, 'sessions.begin')
      const user = structuredClone(declared('sessions.begin', sessionUser, who))
      const { at } = within.call
      await ofCalls.sweep(at)
      await ofCalls.end(within)
      await ofCalls.begin(within, async hash => kept(() => store.add({ ...user, hash, begun: at, seen: at })))
    },
    async renew(call, changes = {}) {
      const within = withinOf(call, 'sessions.renew')
      const given = structuredClone(declared('sessions.renew', sessionChanges, changes))
      const before = await current(within)
      const { scopes = before.scopes, roles = before.roles, claims = before.claims } = given
      const entry = { ...before, scopes, roles, claims, seen: within.call.at }
      await ofCalls.begin(within, async hash => {
        if ((await kept(() => store.replace(before.hash, { ...entry, hash }))) !== true) throw ended()
      })
    },
    end: async call => ofCalls.end(withinOf(call, 'sessions.end')),
    endAll: async user => kept(() => store.removeAllOf(user)),
  }
}
