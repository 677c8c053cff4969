import type { Call, Identity, Place, Principal, View } from '@sallyport/core'
import { textsAt } from '../../identify/present.ts'

const named = (identity: Identity | undefined) => identity && [identity.issuer, identity.subject]

/** The caller as such; all whom nobody knows are one. */
const subjectOf = ({ user, application }: Principal) =>
  JSON.stringify(['subject', named(user) ?? null, named(application) ?? null])

export const cookiesOf = (call: Call, name: string): readonly string[] => {
  const place: Place = { in: 'cookie', name }
  return textsAt(call, place)
}

/** The caller as a token knows it: by the session that told who it is, where one did. */
const callerOf = (principal: Principal) =>
  principal.credential.kind === 'session' ? JSON.stringify(['session', principal.credential.id]) : subjectOf(principal)

/**
 * Whom a token is for: the session that a cookie names, or else the caller. Undefined where that cookie stands more than once, for then
 * nobody knows which one the backend takes.
 */
export function bearerOf({ call, principal }: View, session: string | undefined): string | undefined {
  if (session === undefined) return callerOf(principal)
  const [value, more] = cookiesOf(call, session)
  if (more !== undefined) return undefined
  return value === undefined ? callerOf(principal) : JSON.stringify(['session', session, value])
}
