import { type Json, readDuration, type SessionStore } from '@sallyport/core'
import { duration, type SessionRules } from '@sallyport/stages'
import { z } from 'zod'
import { httpToken } from '../http-token.ts'

/** Where sessions are kept, and how long they last. */
export interface SessionsOptions {
  /** `sessionMemory()`, or `sessionTable(database)`. */
  readonly store: SessionStore
  /** How long one lasts without a call: `30m` unless given. */
  readonly idle?: string
  /** How long one lasts after the login, whatever is done: `12h` unless given. */
  readonly absolute?: string
  /** `lax` unless given; `strict` has links from other sites arrive without it. */
  readonly sameSite?: 'lax' | 'strict'
  /** The name of the cookie, which begins with `__Host-`: `__Host-session` unless given. */
  readonly cookie?: string
  /** `localhost`: for development without TLS. The cookie is `session` then, and goes to this machine alone. */
  readonly insecure?: 'localhost'
}

/** Whose a session is, and what its user may do. */
export interface SessionUser {
  readonly user: string
  readonly scopes?: readonly string[]
  readonly roles?: readonly string[]
  /** What else is to be known of them on every call: JSON, 4 KiB of it at the most. */
  readonly claims?: Readonly<Record<string, Json>>
}

const least = readDuration('1m') ?? 0

const lasting = duration.refine(ms => ms >= least, 'needs 1m or more')

const isStore = (value: unknown): value is SessionStore =>
  typeof value === 'object' && value !== null && 'find' in value && typeof value.find === 'function'

export const sessionsOptions = z
  .strictObject({
    store: z.custom<SessionStore>(isStore, 'needs sessionMemory() or sessionTable(database)'),
    idle: lasting.prefault('30m'),
    absolute: lasting.prefault('12h'),
    sameSite: z
      .enum(['lax', 'strict'])
      .default('lax')
      .transform(site => (site === 'lax' ? 'Lax' : 'Strict')),
    cookie: z
      .string()
      .regex(new RegExp(`^__Host-${httpToken}$`), 'needs a name that begins with __Host-')
      .optional(),
    insecure: z.literal('localhost').optional(),
  })
  .refine(({ idle, absolute }) => idle <= absolute, { message: 'is longer than absolute', path: ['idle'] })
  .refine(({ insecure, cookie }) => insecure === undefined || cookie === undefined, {
    message: 'goes over TLS alone, which insecure does not',
    path: ['cookie'],
  })
  .transform(({ store, idle, absolute, sameSite, cookie = '__Host-session', insecure }): SessionRules => {
    const secure = insecure === undefined
    const name = secure ? cookie : 'session'
    return { store, idleMs: idle, absoluteMs: absolute, cookie: { name, sameSite, secure } }
  })

/** Characters of the claims as JSON. */
const claimsMax = 4096

const words = z.array(z.string().min(1)).max(1000).readonly()
const claims = z
  .record(z.string(), z.json())
  .refine(value => JSON.stringify(value).length <= claimsMax, `needs JSON of ${claimsMax} characters at the most`)
const userName = z
  .string()
  .min(1)
  .max(1000)
  .refine(text => text.isWellFormed() && !text.includes('\0'), 'needs a text that databases keep')

/** What may be said of a session's user later. */
export const sessionChanges = z.strictObject({
  scopes: words.optional(),
  roles: words.optional(),
  claims: claims.optional(),
})
export const sessionUser = z.strictObject({
  user: userName,
  scopes: words.default([]),
  roles: words.default([]),
  claims: claims.default({}),
})
