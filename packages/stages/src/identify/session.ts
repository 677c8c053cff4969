import {
  after,
  type Call,
  type Method,
  type Place,
  type Principal,
  Problem,
  type SessionEntry,
  type SessionStore,
} from '@sallyport/core'
import { fingerprint, hashKey } from '@sallyport/tokens'
import { kept, keptSession } from './kept-session.ts'
import { textsAt } from './present.ts'
import { clearedCookie, type SessionCookie } from './session-cookie.ts'

/** Where sessions are kept, how their ids come, and when they end by themselves, in milliseconds. */
export interface SessionRules {
  readonly store: SessionStore
  readonly cookie: SessionCookie
  /** After so long without a call. */
  readonly idleMs: number
  /** So long after the login, whatever was done. */
  readonly absoluteMs: number
}

const nobody: ReadonlySet<string> = new Set()
const issuer = 'session'

/** 256 bits in base64url. */
const idForm = /^[A-Za-z0-9_-]{43}$/

const placeOf = ({ name }: SessionCookie): Place => ({ in: 'cookie', name })

/** That a session was used is written down so many times in its idle time at the most. */
const touches = 30

const principalOf = ({ user, scopes, roles, claims }: SessionEntry, id: string): Principal => ({
  user: { issuer, subject: user },
  application: undefined,
  actors: [],
  credential: { kind: 'session', id: fingerprint(id) },
  scopes: new Set(scopes),
  roles: new Set(roles),
  groups: nobody,
  claims,
})

export const hasEnded = ({ begun, seen }: SessionEntry, { idleMs, absoluteMs }: SessionRules, now: number): boolean =>
  now - seen >= idleMs || now - begun >= absoluteMs

/** The hashes of all ids that a call bears. */
export const sessionsIn = (call: Call, cookie: SessionCookie): readonly string[] =>
  textsAt(call, placeOf(cookie))
    .filter(id => idForm.test(id))
    .map(hashKey)

/** A session that began with a login, by the random id that a browser bears in a cookie. Its store is asked on every call. */
export function sessionMethod(rules: SessionRules): Method {
  const { store, cookie, idleMs } = rules
  // A browser would go on sending what is good for nothing.
  const shown = { headers: [['Set-Cookie', clearedCookie(cookie)]] } as const
  const current = (entry: SessionEntry | undefined, id: string, { at }: Call): SessionEntry => {
    if (entry === undefined) throw new Problem('credential-bad', shown, `no such session: ${fingerprint(id)}`)
    if (hasEnded(entry, rules, at))
      throw new Problem('credential-expired', shown, `session ${fingerprint(id)} has ended by itself`)
    return entry
  }
  const used = ({ hash, seen }: SessionEntry, { at }: Call) =>
    at - seen < idleMs / touches ? undefined : kept(() => store.touch(hash, at))
  return {
    kind: 'session',
    places: [placeOf(cookie)],
    mark: undefined,
    owns: () => true,
    verify(id, call) {
      if (!idForm.test(id)) throw new Problem('credential-bad', shown, 'this is no id of a session')
      return after(keptSession(store, hashKey(id)), found => {
        const entry = current(found, id, call)
        return after(used(entry, call), () => principalOf(entry, id))
      })
    },
    challenge: { scheme: 'Session', parameters: [`cookie="${cookie.name}"`] },
  }
}
