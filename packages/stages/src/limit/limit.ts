import { type Call, type Grant, type Principal, Problem, type Take, type Taken, type View } from '@sallyport/core'
import { type Authorized, type Counted, grant } from '../passed.ts'
import { refusalAt } from '../refusal.ts'
import type { NamedLimit, Route } from '../route.ts'
import { counted } from './counted.ts'
import { limitHeaders } from './headers.ts'

/** Refuses where a limit did: the one that is longest in the way is named. Throws Problem `limit-exceeded`. */
export function requireTaken(limits: readonly NamedLimit[], takes: readonly Take[], taken: Taken, now: number): void {
  if (taken.allowed) return
  let refused = -1
  for (const [i, level] of taken.levels.entries()) {
    const worst = taken.levels[refused]
    if (!level.allowed && (worst === undefined || level.retryMs > worst.retryMs)) refused = i
  }
  const level = taken.levels[refused]
  const name = limits[refused]?.name ?? 'limit'
  const retryAfter = Math.max(1, Math.ceil((level?.retryMs ?? 0) / 1000))
  const pairs = limitHeaders(limits, takes, taken.levels, now)
  const headers: [string, string][] = [['Retry-After', String(retryAfter)]]
  for (let i = 0; i < pairs.length; i += 2) headers.push([pairs[i] ?? '', pairs[i + 1] ?? ''])
  throw new Problem(
    'limit-exceeded',
    { limit: name, retryAfter, headers },
    // The counter's key stays out of this: it may hold a header's value, which may be a secret.
    `limit ${name} is used up; free again in ${level?.retryMs ?? 0} ms`,
  )
}

export function takesOf(limits: readonly NamedLimit[], call: Call, principal: Principal | undefined): Take[] {
  return limits.map(({ guard }) => guard.take(call, principal))
}

/** Those that are for this call: all of them where none has a condition. */
function countingOf(limits: readonly NamedLimit[], view: View): readonly NamedLimit[] {
  if (limits.every(({ guard }) => guard.counts === undefined)) return limits
  return limits.filter(({ guard }) => guard.counts?.(view) ?? true)
}

/** The route's limits, and after them those that the caller's own token brings; their levels are shown to nobody. */
function limitsFor(own: readonly NamedLimit[], grant: Grant | undefined): readonly NamedLimit[] {
  if (grant === undefined || grant.limits.length === 0) return own
  return [...own, ...grant.limits.map(limit => ({ ...limit, policy: '' }))]
}

/** Last those on trial that are enforced for this caller. */
const withShared = (limits: readonly NamedLimit[], { sharedLimits }: Route, view: View): readonly NamedLimit[] =>
  sharedLimits.length === 0
    ? limits
    : [
        ...limits,
        ...countingOf(
          sharedLimits.filter(({ isEnforced }) => isEnforced(view)),
          view,
        ),
      ]

/** How much may they do? All limits of the route are taken together or none is. */
export function limit(authorized: Authorized): Counted | Promise<Counted> {
  const { admitted, view } = authorized.identified
  const { call, route } = admitted
  const refuse = (error: unknown): never => {
    throw refusalAt(error, 'limit', undefined, authorized)
  }
  try {
    const own = countingOf(route.limit, view)
    const limits = withShared(limitsFor(own, view.principal.grant), route, view)
    if (limits.length === 0) return grant<Counted>({ authorized, limits, takes: [], levels: [] })
    const takes = takesOf(limits, call, view.principal)
    const settle = (taken: Taken) => {
      requireTaken(limits, takes, taken, call.at)
      return grant<Counted>({ authorized, limits: own, takes, levels: taken.levels })
    }
    const taken = counted(route.ports.counters.take(takes, call.at), settle)
    return taken instanceof Promise ? taken.catch(refuse) : taken
  } catch (error) {
    return refuse(error)
  }
}
