import { remembered } from '@sallyport/core'
import { z } from 'zod'
import { compiled } from './compiled.ts'

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** Whether a moment, in milliseconds since the epoch, lies within. */
export type TimeWindow = (at: number) => boolean

const minuteOf = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))
const clockTime = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'needs a time such as 09:00')
  .transform(minuteOf)

export interface WallTime {
  readonly day: string
  readonly minute: number
}

/** Takes a zone in lower case: a formatter is 31 KiB, and each zone has many spellings but few names. What there is not isn't remembered. */
const clockOf = remembered((zone: string) => {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  })
  return (at: number): WallTime => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]))
    const text = `${parts.get('hour')}:${parts.get('minute')}`
    return { day: parts.get('weekday')?.toLowerCase() ?? '', minute: minuteOf(text) }
  }
})

/** The weekday and minute that a wall clock in the zone shows. A RangeError for a zone that there is not. */
function wallClock(zone: string): (at: number) => WallTime {
  try {
    return clockOf(zone.toLowerCase())
  } catch (error) {
    throw error instanceof RangeError ? new RangeError(`there is no time zone ${zone}`) : error
  }
}

const zone = compiled(z.string().regex(/^[A-Za-z][\w+\-/]{0,63}$/, 'needs a zone such as Europe/Berlin'), wallClock)

/** When a token is good, by the wall clock of a zone. `to` is the first minute that isn't; before `from` it is the next day's. */
export const timeWindow = z
  .strictObject({
    zone,
    days: z.array(z.enum(days)).min(1).optional(),
    from: clockTime.default(0),
    to: clockTime.default(24 * 60),
  })
  .refine(({ from, to }) => from !== to, 'from and to are the same minute')
  .transform(({ zone: clockAt, days: listed, from, to }): TimeWindow => {
    const within = (minute: number) => (from < to ? minute >= from && minute < to : minute >= from || minute < to)
    const named: ReadonlySet<string> = new Set(listed ?? days)
    return at => {
      const { day, minute } = clockAt(at)
      return named.has(day) && within(minute)
    }
  })
