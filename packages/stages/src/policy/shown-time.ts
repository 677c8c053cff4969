import { Datetime, Duration, type Value, type ValueRecord } from '@sallyport/policy'
import { clockOf } from './local-time.ts'

/** What policies see of the time of a zone: `context.time`. */
export function shownBy(zone: string): (at: number) => ValueRecord {
  const clock = clockOf(zone)
  return at => {
    const { hour, minute, weekday, ofDayMs } = clock(at)
    return new Map<string, Value>([
      ['at', new Datetime(at)],
      ['ofDay', new Duration(ofDayMs)],
      ['hour', hour],
      ['minute', minute],
      ['weekday', weekday],
    ])
  }
}
