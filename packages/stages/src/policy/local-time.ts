/** What a clock on the wall of a zone shows. */
export interface LocalTime {
  readonly hour: number
  readonly minute: number
  /** From Monday, 1, to Sunday, 7 (ISO 8601). */
  readonly weekday: number
  /** Milliseconds since midnight. */
  readonly ofDayMs: number
}

const dayMs = 86_400_000
const hourMs = 3_600_000
const minuteMs = 60_000

/** Zones change their clocks at whole quarters of an hour: what is true of its beginning is true of all of it. */
const quarterMs = 900_000

const wrapped = (value: number, by: number) => ((value % by) + by) % by

/** Milliseconds that a zone's clocks are ahead of UTC at a time. */
function offsetAt(format: Intl.DateTimeFormat, at: number): number {
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
  const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
  return shown - Math.floor(at / 1000) * 1000
}

const fields = {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const

/** Tells the time of a zone (`Australia/Sydney`). Throws RangeError where there is no such zone. */
export function clockOf(timeZone: string): (at: number) => LocalTime {
  const format = new Intl.DateTimeFormat('en-GB', { ...fields, timeZone, hourCycle: 'h23', calendar: 'iso8601' })
  let known = { quarter: Number.NaN, offset: 0 }
  return at => {
    const quarter = Math.floor(at / quarterMs)
    if (quarter !== known.quarter) known = { quarter, offset: offsetAt(format, quarter * quarterMs) }
    const shown = at + known.offset
    const ofDayMs = wrapped(shown, dayMs)
    return {
      hour: Math.floor(ofDayMs / hourMs),
      minute: Math.floor((ofDayMs % hourMs) / minuteMs),
      weekday: wrapped(Math.floor(shown / dayMs) + 3, 7) + 1, // the epoch was a Thursday
      ofDayMs,
    }
  }
}
