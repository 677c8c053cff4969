import { Problem, type SessionEntry, type SessionStore, settled } from '@sallyport/core'

/** Where sessions can't be had nobody passes. */
function refuseUnkept(error: unknown): never {
  const reason = `sessions: ${error instanceof Error ? error.message : String(error)}`
  throw new Problem('issuer-unavailable', { retryAfter: 5, headers: [['Retry-After', '5']] }, reason)
}

/** What a store says, whatever it gives to be waited for. Throws Problem `issuer-unavailable` where it fails. */
export function kept<Value>(ask: () => Value | Promise<Value>): Value | Promise<Value> {
  try {
    const told = settled(ask(), value => value)
    return told instanceof Promise ? told.catch(refuseUnkept) : told
  } catch (error) {
    return refuseUnkept(error)
  }
}

const isText = (value: unknown) => typeof value === 'string'
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText)
const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether an entry is what was kept under a hash: of half of one nobody can say whose it is, or when it ends. */
function isWhole(entry: Readonly<Record<keyof SessionEntry, unknown>>, asked: string): boolean {
  const { hash, user, scopes, roles, claims, begun, seen } = entry
  const isSomebodys = hash === asked && isText(user) && user !== ''
  return isSomebodys && isTexts(scopes) && isTexts(roles) && isObject(claims) && [begun, seen].every(Number.isFinite)
}

/** The session of a hash; undefined where there is none. Throws Problem `issuer-unavailable` where the store fails, or gives anything else. */
export function keptSession(
  store: SessionStore,
  hash: string,
): SessionEntry | undefined | Promise<SessionEntry | undefined> {
  return kept(() =>
    settled(store.find(hash), found => {
      // What a store of others says that there is none: a driver's null, too.
      const entry: SessionEntry | null | undefined = found
      if (entry === undefined || entry === null) return undefined
      if (!isWhole(entry, hash)) throw new TypeError('the store gave what is no session, or another one')
      return entry
    }),
  )
}
