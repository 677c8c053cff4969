import type { Level, LimitRule, Take } from '@sallyport/core'
import type { NamedLimit } from '../route.ts'

const seconds = (ms: number) => Math.ceil(ms / 1000)
const quotaOf = (rule: LimitRule) => (rule.algorithm === 'tokenBucket' ? rule.burst : rule.count)

/** A limit as an item of RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-11 section 3). Names need no escaping. */
export function policyOf(name: string, rule: LimitRule): string {
  const window = rule.algorithm === 'concurrency' ? 0 : seconds(rule.windowMs)
  return `"${name}";q=${quotaOf(rule)};w=${window}`
}

/**
 * The effective window (section 4.1.2): until the counter is as if unused, or where it refused, until it would not refuse, for
 * Retry-After must not lie before its end (section 6).
 */
const windowLeft = (level: Level) => seconds(level.allowed ? level.resetMs : level.retryMs)

const joined = (items: string, item: string) => (items === '' ? item : `${items}, ${item}`)

/** RateLimit-Policy and RateLimit of the limits that show them, as structured fields; names and values by turns. */
function standardHeaders(limits: readonly NamedLimit[], levels: readonly Level[]): string[] {
  let policies = ''
  let states = ''
  for (let i = 0; i < limits.length; i++) {
    const limit = limits[i]
    const level = levels[i]
    if (limit === undefined || level === undefined) continue
    if (limit.guard.headers !== 'standard' && limit.guard.headers !== 'both') continue
    policies = joined(policies, limit.policy)
    states = joined(states, `"${limit.name}";r=${level.remaining};t=${windowLeft(level)}`)
  }
  return policies === '' ? [] : ['RateLimit-Policy', policies, 'RateLimit', states]
}

/** The older names, for the limit that is nearest to its end among those that show them. */
function olderHeaders(limits: readonly NamedLimit[], takes: readonly Take[], levels: readonly Level[], now: number) {
  let tightest = -1
  for (const [i, { guard }] of limits.entries()) {
    if (guard.headers !== 'x' && guard.headers !== 'both') continue
    if (tightest < 0 || (levels[i]?.remaining ?? 0) < (levels[tightest]?.remaining ?? 0)) tightest = i
  }
  const [take, level] = [takes[tightest], levels[tightest]]
  if (take === undefined || level === undefined) return []
  return [
    ...['X-RateLimit-Limit', String(quotaOf(take.rule)), 'X-RateLimit-Remaining', String(level.remaining)],
    ...['X-RateLimit-Reset', String(seconds(now + level.resetMs))],
  ]
}

/** How the limits of a route stand, in the fields that each of them asks for. */
export function limitHeaders(
  limits: readonly NamedLimit[],
  takes: readonly Take[],
  levels: readonly Level[],
  now: number,
): readonly string[] {
  const standard = standardHeaders(limits, levels)
  return limits.some(({ guard }) => guard.headers === 'x' || guard.headers === 'both')
    ? [...standard, ...olderHeaders(limits, takes, levels, now)]
    : standard
}
