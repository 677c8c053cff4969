import type { LimitRule, Rate } from '@sallyport/core'

/** What was let by: `cost` units at `at`. A take of nothing is no call: it begins no window. */
export interface Admitted {
  readonly at: number
  readonly cost: number
}

export type TimedRule = Exclude<LimitRule, { algorithm: 'concurrency' }>

const sum = (admitted: readonly Admitted[]) => admitted.reduce((total, { cost }) => total + cost, 0)
const between = (admitted: readonly Admitted[], from: number, to: number) =>
  admitted.filter(({ at }) => at >= from && at < to)

/** Each window begins with the first call that finds none running. */
function fixedWindowRoom(admitted: readonly Admitted[], { count, windowMs }: Rate, now: number): number {
  let start = Number.NEGATIVE_INFINITY
  for (const { at } of admitted) if (at >= start + windowMs) start = at
  return now >= start + windowMs ? count : count - sum(between(admitted, start, now + 1))
}

/** Windows follow each other without a gap until two have passed without a call. */
function slidingWindowRoom(admitted: readonly Admitted[], { count, windowMs }: Rate, now: number): number {
  let start = Number.NEGATIVE_INFINITY
  for (const at of [...admitted.map(({ at }) => at), now]) {
    if (at >= start + 2 * windowMs) start = at
    else if (at >= start + windowMs) start += windowMs
  }
  const current = sum(between(admitted, start, now + 1))
  const before = sum(between(admitted, start - windowMs, start))
  const counting = BigInt(current) * BigInt(windowMs) + BigInt(before) * BigInt(start + windowMs - now)
  const free = BigInt(count) * BigInt(windowMs) - counting
  return Number(free / BigInt(windowMs))
}

/** The most that leaves every stretch from a call until now within burst + count × time / windowMs. */
function tokenBucketRoom(admitted: readonly Admitted[], { count, windowMs }: Rate, burst: number, now: number): number {
  const rooms = admitted.map(({ at }, i) => {
    const refilled = (BigInt(count) * BigInt(now - at)) / BigInt(windowMs)
    return burst + Number(refilled) - sum(admitted.slice(i))
  })
  return Math.min(burst, ...rooms)
}

/** How many units the definition of a limit leaves at `now`, worked out anew from all that was let by. */
export function modelRoom(admitted: readonly Admitted[], rule: LimitRule, now: number): number {
  switch (rule.algorithm) {
    case 'fixedWindow':
      return fixedWindowRoom(admitted, rule, now)
    case 'slidingWindow':
      return slidingWindowRoom(admitted, rule, now)
    case 'tokenBucket':
      return tokenBucketRoom(admitted, rule, rule.burst, now)
    case 'concurrency':
      return rule.count - sum(admitted)
    default:
      throw rule satisfies never
  }
}

/** What an unused counter leaves. */
export const modelCapacity = (rule: LimitRule): number => modelRoom([], rule, 0)

/** The most units that any stretch of windowMs saw. */
export function mostInAnyWindow(admitted: readonly Admitted[], { windowMs }: TimedRule): number {
  return Math.max(0, ...admitted.map(({ at }) => sum(between(admitted, at, at + windowMs))))
}

/** The most that an algorithm may let by in any stretch of windowMs, however calls are timed. */
export function boundInAnyWindow(rule: TimedRule): number {
  switch (rule.algorithm) {
    case 'fixedWindow':
      return 2 * rule.count
    case 'slidingWindow':
      return 2 * rule.count - 1
    case 'tokenBucket':
      return rule.burst + rule.count
    default:
      throw rule satisfies never
  }
}
