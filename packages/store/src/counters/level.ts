import type { Level, LimitRule } from '@sallyport/core'
import { algorithms, type Tally } from './algorithms.ts'

/** How a counter stands after a call. `due` is what the call has asked of it, up to this take; `fits` whether that was to be had. */
export function levelOf(tally: Tally, rule: LimitRule, due: number, fits: boolean, now: number): Level {
  const algorithm = algorithms[rule.algorithm]
  return {
    allowed: fits,
    remaining: algorithm.room(tally, rule, now),
    resetMs: algorithm.resetMs(tally, rule, now),
    retryMs: fits ? 0 : algorithm.retryMs(tally, rule, due, now),
  }
}
