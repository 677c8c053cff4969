import { remembered } from './remembered.ts'

const lowerCase = remembered(name => name.toLowerCase())

/**
 * Header fields as they came: order, case and repetition kept, names compared without case.
 * A repeated field stays visible, which `req.headers` and fetch `Headers` hide.
 */
export class HeaderList {
  /** Names and values by turns. */
  readonly raw: readonly string[]
  readonly #names: readonly string[]

  constructor(raw: readonly string[]) {
    const names: string[] = []
    for (let i = 0; i < raw.length; i += 2) names.push(lowerCase(raw[i] ?? ''))
    this.raw = raw
    this.#names = names
  }

  /** Lower-case names, in order. */
  get names(): readonly string[] {
    return this.#names
  }

  /** The value of the field at a position of `names`. */
  valueAt(index: number): string {
    return this.raw[index * 2 + 1] ?? ''
  }

  /** The only value; the first of several. `name` in lower case. */
  get(name: string): string | undefined {
    const index = this.#names.indexOf(name)
    return index < 0 ? undefined : this.valueAt(index)
  }

  /** Every value, in order. */
  all(name: string): readonly string[] {
    const values: string[] = []
    for (let i = this.#names.indexOf(name); i >= 0; i = this.#names.indexOf(name, i + 1)) values.push(this.valueAt(i))
    return values
  }

  has(name: string): boolean {
    return this.#names.includes(name)
  }
}
