/** Collects UTF-16 units, at most as many as it was made for, into one text. */
export class Units {
  readonly #units: Uint16Array
  #length = 0

  constructor(most: number) {
    this.#units = new Uint16Array(most)
  }

  add(unit: number): void {
    this.#units[this.#length++] = unit
  }

  addPoint(point: number): void {
    if (point > 0xffff) this.add(0xd800 + ((point - 0x10000) >> 10))
    this.add(point > 0xffff ? 0xdc00 + ((point - 0x10000) & 0x3ff) : point)
  }

  text(): string {
    return Buffer.from(this.#units.buffer, 0, 2 * this.#length).toString('utf16le')
  }
}
