import type { LimitRule, Take } from '@sallyport/core'
import { capacityOf } from './algorithms.ts'

/** Whether a number is whole, and at least so much. */
export const whole = (value: number, least: number): boolean => Number.isSafeInteger(value) && value >= least

/** Throws TypeError where a call's costs or its time are a mistake of the program. */
export function checkNumbers(takes: readonly Take[], now: number): void {
  if (!Number.isFinite(now)) throw new TypeError('the time is not a number')
  for (const { cost } of takes) {
    if (!whole(cost, 0)) throw new TypeError('a cost is a whole number of at least 0')
  }
}

/** Throws TypeError where a rule counts nothing that can be counted. */
export function checkRule(rule: LimitRule): void {
  const spans = rule.algorithm === 'concurrency' || whole(rule.windowMs, 1)
  if (!spans || !whole(rule.count, 1) || !whole(capacityOf(rule), 1)) {
    throw new TypeError('count, burst and windowMs of a limit are whole numbers of at least 1')
  }
}
