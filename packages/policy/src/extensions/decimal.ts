import { EvaluationError } from '../evaluation-error.ts'
import { type Long, longOf } from '../values/long.ts'

const written = /^(-?)([0-9]+)\.([0-9]{1,4})$/

/** A number with four digits after the point, kept as so many ten-thousandths. */
export class Decimal {
  readonly units: Long

  constructor(units: Long) {
    this.units = units
  }

  get key(): string {
    return `decimal ${this.units}`
  }

  get text(): string {
    const [sign, digits] = this.units < 0 ? ['-', String(this.units).slice(1)] : ['', String(this.units)]
    const padded = digits.padStart(5, '0')
    return `${sign}${padded.slice(0, -4)}.${padded.slice(-4)}`
  }

  /** Throws where a text is none: `1.5`, `-0.0001`; the whole must fit 64 bits. */
  static read(text: string): Decimal {
    const [, sign, whole = '', fraction = ''] = written.exec(text) ?? []
    if (sign === undefined) throw new EvaluationError(`${JSON.stringify(text)} is no decimal`)
    return new Decimal(longOf(BigInt(`${sign}1`) * BigInt(whole + fraction.padEnd(4, '0')), text))
  }
}
