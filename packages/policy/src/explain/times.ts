import { Datetime } from '../extensions/datetime.ts'
import { Duration } from '../extensions/duration.ts'
import type { Terms } from '../logic/terms.ts'
import type { Change, Clock } from './change.ts'

const hourMs = 3_600_000
const minuteMs = 60_000
export const dayMs = 24 * hourMs

/** Milliseconds since midnight that a clock shows. */
function ofDayAt(clock: Clock, at: number): number {
  const ofDay = clock(at).get('ofDay')
  return ofDay instanceof Duration ? Number(ofDay.ms) : 0
}

/** The moment at which a clock shows a time of day, some days after another. Where it skips that time it shows the next one. */
export function momentOf(clock: Clock, from: number, days: number, ofDay: number): number {
  const near = from + days * dayMs + ofDay - ofDayAt(clock, from)
  const off = ofDay - ofDayAt(clock, near)
  // Clocks that were changed in between show less or more, at midnight of the day beside.
  return near + (Math.abs(off) > dayMs / 2 ? off - Math.sign(off) * dayMs : off)
}

const isOfTime = (path: readonly string[]) => path[0] === 'context' && path[1] === 'time'
const names = (terms: readonly Terms[], member: string) =>
  terms.filter(({ paths }) => paths.some(path => isOfTime(path) && path[2] === member))
const isCount = (value: unknown): value is number => typeof value === 'number'
const around = (values: readonly number[], end: number) =>
  values.flatMap(value => [value, value + 1, value - 1]).filter(value => value >= 0 && value < end)

/** What conditions say of time. */
export interface TimeTerms {
  /** Milliseconds since midnight at which what they say may change, beside whole hours. */
  readonly ofDay: readonly number[]
  /** Whether it may change at each minute. */
  readonly minutes: boolean
  /** Milliseconds since the epoch at which it may; empty where the date doesn't matter. */
  readonly moments: readonly number[]
  readonly dates: boolean
}

const ofTime = (terms: readonly Terms[]) => terms.filter(({ paths }) => paths.some(isOfTime))

/** Whether conditions say anything of it. */
export const namesTime = (terms: readonly Terms[]): boolean => ofTime(terms).length > 0

/** Undefined where they say nothing of it. */
export function timeTerms(terms: readonly Terms[]): TimeTerms | undefined {
  const all = ofTime(terms)
  if (all.length === 0) return undefined
  const constants = all.flatMap(each => each.constants)
  const counts = (member: string) => names(all, member).flatMap(each => each.constants.filter(isCount))
  const [hours, minutes, counted] = [counts('hour'), counts('minute'), counts('ofDay')]
  const whole = [...new Set([0, ...around([...hours, ...counted], 24)])]
  const exact = whole.flatMap(hour => [0, ...around(minutes, 60)].map(minute => hour * hourMs + minute * minuteMs))
  const sums = around([...hours, ...minutes, ...counted], dayMs / minuteMs).map(minute => minute * minuteMs)
  const spans = constants.flatMap(value => (value instanceof Duration ? [Number(value.ms)] : []))
  const moments = constants.flatMap(value => (value instanceof Datetime ? [Number(value.ms)] : []))
  return {
    ofDay: [...new Set([...exact, ...sums, ...around(spans, dayMs)])],
    minutes: names(all, 'minute').length + names(all, 'ofDay').filter(each => each.constants.some(isCount)).length > 0,
    moments: around(moments, Number.MAX_SAFE_INTEGER),
    dates: all.some(({ paths }) => paths.some(path => isOfTime(path) && (path[2] === 'at' || path[2] === undefined))),
  }
}

/** Moments at which conditions may come to something else: of a week from now, and from each that they name. */
export function timeChanges({ ofDay, moments }: TimeTerms, at: number, clock: Clock): readonly Change[] {
  const now = ofDayAt(clock, at)
  const days = Array.from({ length: 8 }, (_, day) => day)
  const found = [at, ...moments].flatMap(from =>
    days.flatMap(day => [now, ...ofDay].map(time => momentOf(clock, from, day, time))),
  )
  const behind = (moment: number) => Number(moment < at)
  return [...new Set([...found, ...moments])]
    .filter(moment => moment !== at)
    .sort((a, b) => behind(a) - behind(b) || Math.abs(a - at) - Math.abs(b - at))
    .map(moment => ({ kind: 'time', at: moment }))
}
