import { EvaluationError } from '../evaluation-error.ts'
import { type Long, longOf } from '../values/long.ts'

const written = /^(-?)(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?(?:([0-9]+)ms)?$/

/** Milliseconds of a day, hour, minute, second and millisecond. */
const units = [86_400_000n, 3_600_000n, 60_000n, 1000n, 1n] as const

/** A stretch of time in milliseconds. */
export class Duration {
  readonly ms: Long

  constructor(ms: Long) {
    this.ms = ms
  }

  get key(): string {
    return `duration ${this.ms}`
  }

  /** Throws where a text is none: `1d2h3m4s5ms`, each unit once at the most and in this order; `-` stands before all. */
  static read(text: string): Duration {
    const [, sign, ...counts] = written.exec(text) ?? []
    if (sign === undefined || counts.every(count => count === undefined))
      throw new EvaluationError(`${JSON.stringify(text)} is no duration`)
    const whole = units.reduce((sum, unit, i) => sum + unit * BigInt(counts[i] ?? 0), 0n)
    return new Duration(longOf(BigInt(`${sign}1`) * whole, text))
  }

  /** Whole units, cut towards zero. */
  in(unitMs: number): Long {
    return longOf(BigInt(this.ms) / BigInt(unitMs), `duration ${this.ms}`)
  }
}
