/** Collects UTF-16 units, at most as many as it was made for, into one text. */
export class Units {
  readonly #units: Uint16Array
  #length = 0
  #all = 0

  constructor(most: number) {
    this.#units = new Uint16Array(most)
  }

  add(unit: number): void {
    this.#units[this.#length++] = unit
    this.#all |= unit
  }

  addPoint(point: number): void {
    if (point > 0xffff) this.add(0xd800 + ((point - 0x10000) >> 10))
    this.add(point > 0xffff ? 0xdc00 + ((point - 0x10000) & 0x3ff) : point)
  }

  addAll(text: string, from: number, end: number): void {
    for (let i = from; i < end; i++) this.add(text.charCodeAt(i))
  }

  /** What was collected; as Latin-1, which is read twice as fast, where it is all of that. */
  text(): string {
    const units = this.#units.subarray(0, this.#length)
    if (this.#all < 0x100) return Buffer.from(new Uint8Array(units).buffer).toString('latin1')
    return Buffer.from(units.buffer, 0, 2 * this.#length).toString('utf16le')
  }
}
