import { Problem, type SessionEntry } from '@sallyport/core'
import { hasEnded, kept, keptSession, sessionMethod } from '@sallyport/stages'
import { declared } from '../declared.ts'
import type { MethodRule } from '../identify.ts'
import { type Handled, type Within, withinOf } from '../within.ts'
import { CallSessions } from './call-sessions.ts'
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
