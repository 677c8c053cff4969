import type { LimitRule } from '@sallyport/core'

/** What is kept of one counter. An algorithm alone says what the numbers mean and how time wears them away. */
export interface Tally {
  /** When the window began, or up to when the bucket was refilled; milliseconds since the epoch. */
  since: number
  used: number
  /** What the window before this one used; slidingWindow only. */
  before: number
}

/** How one kind of limit counts. All but `add` only read. */
export interface Algorithm {
  /** Whole units that can be taken now. */
  room(tally: Tally, rule: LimitRule, now: number): number
  /** Milliseconds until `due` units fit that don't fit now; Infinity where they never will. */
  retryMs(tally: Tally, rule: LimitRule, due: number, now: number): number
  /** Milliseconds until the counter is as if unused. */
  resetMs(tally: Tally, rule: LimitRule, now: number): number
  /** Whether forgetting the tally would change no later answer. */
  unused(tally: Tally, rule: LimitRule, now: number): boolean
  add(tally: Tally, rule: LimitRule, cost: number, now: number): void
}

const windowOf = (rule: LimitRule): number => (rule.algorithm === 'concurrency' ? 0 : rule.windowMs)
export const capacityOf = (rule: LimitRule): number => (rule.algorithm === 'tokenBucket' ? rule.burst : rule.count)

/**
 * A clock that falls back by up to a window leaves a counter standing until it has caught up: clocks that disagree a
 * little must not refill anything. One that falls back further would hold it up for longer than its window: it begins
 * again at the new time, with all that is in it.
 */
export function fellBack(tally: Tally, rule: LimitRule, now: number): boolean {
  return tally.since - now > windowOf(rule)
}

/** At most `count` in each window; a window begins with the first call after the one before has ended. */
const fixedWindow: Algorithm = {
  room: (tally, rule, now) => (now - tally.since >= windowOf(rule) ? rule.count : Math.max(0, rule.count - tally.used)),
  retryMs: (tally, rule, due, now) =>
    due > rule.count ? Number.POSITIVE_INFINITY : tally.since + windowOf(rule) - now,
  resetMs: (tally, rule, now) => Math.max(0, tally.since + windowOf(rule) - now),
  unused: (tally, rule, now) => now - tally.since >= windowOf(rule),
  add(tally, rule, cost, now) {
    if (now - tally.since >= windowOf(rule)) {
      tally.since = now
      tally.used = 0
    }
    tally.used += cost
  },
}

/** How many of its windows have ended since the tally's own began: 0 while it runs. */
const windowsEnded = (tally: Tally, windowMs: number, now: number) =>
  Math.max(0, Math.floor((now - tally.since) / windowMs))

/** What still counts, times windowMs: whole numbers compare exactly. */
function weight(tally: Tally, windowMs: number, now: number): number {
  const ended = windowsEnded(tally, windowMs, now)
  if (ended > 1) return 0
  const left = windowMs - (Math.max(now, tally.since) - tally.since - ended * windowMs)
  return ended === 1 ? tally.used * left : tally.before * left + tally.used * windowMs
}

/**
 * At most `count` in each of its own windows, the window before weighed by the part of it that still counts, as though
 * its calls had come evenly. Calls that didn't (all at one window's end, then as many as are let by in the next) can
 * reach, but not exceed, count × (1 + e / windowMs) in a stretch of windowMs that ends e into a window: less than twice.
 */
const slidingWindow: Algorithm = {
  room(tally, rule, now) {
    const windowMs = windowOf(rule)
    return Math.max(0, Math.floor((rule.count * windowMs - weight(tally, windowMs, now)) / windowMs))
  },
  retryMs(tally, rule, due, now) {
    if (due > rule.count) return Number.POSITIVE_INFINITY
    const windowMs = windowOf(rule)
    const ended = windowsEnded(tally, windowMs, now)
    const [used, before] = ended === 0 ? [tally.used, tally.before] : [0, tally.used]
    const start = tally.since + ended * windowMs
    const spare = rule.count - used - due
    // The window before wears off enough within this one; else this one must end and wear off in its turn.
    return spare >= 0
      ? start + windowMs - Math.floor((spare * windowMs) / before) - now
      : start + 2 * windowMs - Math.floor(((rule.count - due) * windowMs) / used) - now
  },
  resetMs: (tally, rule, now) => Math.max(0, tally.since + 2 * windowOf(rule) - now),
  unused: (tally, rule, now) => now - tally.since >= 2 * windowOf(rule),
  add(tally, rule, cost, now) {
    const ended = windowsEnded(tally, windowOf(rule), now)
    if (ended > 0) {
      tally.before = ended === 1 ? tally.used : 0
      tally.since = ended === 1 ? tally.since + windowOf(rule) : now
      tally.used = 0
    }
    tally.used += cost
  },
}

/**
 * What is missing in the bucket, times windowMs, so that a millisecond refills `count` and all numbers are whole. More
 * than the whole bucket can't be missing: it may have been larger, or its window another, before the rule was changed.
 */
function missing(tally: Tally, rule: LimitRule, now: number): number {
  const full = capacityOf(rule) * windowOf(rule)
  return Math.max(0, Math.min(tally.used, full) - Math.max(0, now - tally.since) * rule.count)
}

/** A bucket of `burst`, refilled evenly with `count` in windowMs: at most burst + count × t / windowMs in any time t. */
const tokenBucket: Algorithm = {
  room(tally, rule, now) {
    const full = capacityOf(rule) * windowOf(rule)
    return Math.floor((full - missing(tally, rule, now)) / windowOf(rule))
  },
  retryMs(tally, rule, due, now) {
    if (due > capacityOf(rule)) return Number.POSITIVE_INFINITY
    const over = missing(tally, rule, now) + (due - capacityOf(rule)) * windowOf(rule)
    return Math.max(0, tally.since - now) + Math.ceil(over / rule.count)
  },
  resetMs(tally, rule, now) {
    const owed = missing(tally, rule, now)
    return owed === 0 ? 0 : Math.max(0, tally.since - now) + Math.ceil(owed / rule.count)
  },
  unused: (tally, rule, now) => missing(tally, rule, now) === 0,
  add(tally, rule, cost, now) {
    tally.used = missing(tally, rule, now) + cost * windowOf(rule)
    tally.since = Math.max(tally.since, now)
  },
}

/** At most `count` held at once. Time gives nothing back: only a release does. */
const concurrency: Algorithm = {
  room: (tally, rule) => Math.max(0, rule.count - tally.used),
  retryMs: () => 0,
  resetMs: () => 0,
  unused: tally => tally.used === 0,
  add(tally, _rule, cost) {
    tally.used += cost
  },
}

export const algorithms: Readonly<Record<LimitRule['algorithm'], Algorithm>> = {
  fixedWindow,
  slidingWindow,
  tokenBucket,
  concurrency,
}
