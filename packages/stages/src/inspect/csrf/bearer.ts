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

/**
 * Whom a token is for: the session that a cookie names, or else the caller. Undefined where that cookie stands more than once, for then
 * nobody knows which one the backend takes.
 */
export function bearerOf({ call, principal }: View, session: string | undefined): string | undefined {
  if (session === undefined) return subjectOf(principal)
  const [value, more] = cookiesOf(call, session)
  if (more !== undefined) return undefined
  return value === undefined ? subjectOf(principal) : JSON.stringify(['session', session, value])
}
