import { EvaluationError } from '../evaluation-error.ts'
import { type Long, long, longOf } from '../values/long.ts'
import { Duration } from './duration.ts'

const written =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{3}))?(?:Z|([+-])([0-9]{2})([0-9]{2})))?$/

const dayMs = 86_400_000
const minuteMs = 60_000

/** Milliseconds since the epoch of a day and time in UTC; undefined for a day that there isn't. */
function utc(year: number, month: number, day: number, rest: number): number | undefined {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return isDay ? date.getTime() + rest : undefined
}

function millisecondsOf(text: string): number | undefined {
  const [
    ,
    year,
    month,
    day,
    hours = '0',
    minutes = '0',
    seconds = '0',
    ms = '0',
    sign,
    offHours = '0',
    offMinutes = '0',
  ] = written.exec(text) ?? []
  const beyond = [+hours > 23, +minutes > 59, +seconds > 59, +offHours > 23, +offMinutes > 59].some(Boolean)
  if (year === undefined || month === undefined || day === undefined || beyond) return undefined
  const offset = (+offHours * 60 + +offMinutes) * minuteMs * (sign === '-' ? -1 : 1)
  const time = ((+hours * 60 + +minutes) * 60 + +seconds) * 1000 + +ms
  return utc(+year, +month, +day, time - offset)
}

/** The greatest multiple of a day that isn't later. */
const floorToDay = (ms: bigint) => ms - (((ms % BigInt(dayMs)) + BigInt(dayMs)) % BigInt(dayMs))

/** A moment: milliseconds since the epoch. */
export class Datetime {
  readonly ms: Long

  constructor(ms: Long) {
    this.ms = ms
  }

  get key(): string {
    return `datetime ${this.ms}`
  }

  /** Throws where a text is none: `2026-01-31`, `2026-01-31T23:59:59Z`, `…59.999+0130`. */
  static read(text: string): Datetime {
    const ms = millisecondsOf(text)
    if (ms === undefined) throw new EvaluationError(`${JSON.stringify(text)} is no datetime`)
    return new Datetime(ms)
  }

  offset({ ms }: Duration): Datetime {
    return new Datetime(long.add(this.ms, ms))
  }

  since(other: Datetime): Duration {
    return new Duration(long.subtract(this.ms, other.ms))
  }

  /** The beginning of its day in UTC. */
  day(): Datetime {
    return new Datetime(longOf(floorToDay(BigInt(this.ms)), `toDate of ${this.ms}`))
  }

  /** How long its day had lasted. */
  time(): Duration {
    const ms = BigInt(this.ms)
    return new Duration(longOf(ms - floorToDay(ms), `toTime of ${this.ms}`))
  }
}
