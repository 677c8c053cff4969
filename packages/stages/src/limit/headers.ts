import type { Level, Take } from '@sallyport/core'
import type { NamedLimit } from '../routes.ts'

const seconds = (ms: number) => Math.ceil(ms / 1000)
const windowOf = (take: Take) => (take.rule.algorithm === 'concurrency' ? 0 : take.rule.windowMs)
const quotaOf = (take: Take) => (take.rule.algorithm === 'tokenBucket' ? take.rule.burst : take.rule.count)

/**
 * RateLimit-Policy and RateLimit as structured fields (draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4), and
 * the older X-RateLimit names of the limit that is nearest to its end. Names and values by turns.
 */
export function limitHeaders(
  limits: readonly NamedLimit[],
  takes: readonly Take[],
  levels: readonly Level[],
  now: number,
): readonly string[] {
  const policies: string[] = []
  const states: string[] = []
  let tightest: { take: Take; level: Level } | undefined
  for (let i = 0; i < limits.length; i++) {
    const [named, take, level] = [limits[i], takes[i], levels[i]]
    if (named === undefined || take === undefined || level === undefined) continue
    const { headers } = named.guard
    if (headers === 'standard' || headers === 'both') {
      policies.push(`"${named.name}";q=${quotaOf(take)};w=${seconds(windowOf(take))}`)
      states.push(`"${named.name}";r=${level.remaining};t=${seconds(level.resetMs)}`)
    }
    if (
      (headers === 'x' || headers === 'both') &&
      (tightest === undefined || level.remaining < tightest.level.remaining)
    ) {
      tightest = { take, level }
    }
  }
  const pairs = policies.length === 0 ? [] : ['RateLimit-Policy', policies.join(', '), 'RateLimit', states.join(', ')]
  if (tightest === undefined) return pairs
  const { take, level } = tightest
  return [
    ...pairs,
    ...['X-RateLimit-Limit', String(quotaOf(take)), 'X-RateLimit-Remaining', String(level.remaining)],
    ...['X-RateLimit-Reset', String(seconds(now + level.resetMs))],
  ]
}
