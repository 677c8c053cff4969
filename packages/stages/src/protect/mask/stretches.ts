export interface Stretch {
  readonly from: number
  readonly to: number
}

/** Stretches of bytes in order, those that overlap made one. */
export class Stretches {
  #known: Stretch[] = []

  add(from: number, to: number): void {
    let [first, last] = [from, to]
    const later: Stretch[] = []
    for (let known = this.#known.pop(); known !== undefined; known = this.#known.pop()) {
      if (known.to <= first) {
        this.#known.push(known)
        break
      }
      if (known.from >= last) later.push(known)
      else [first, last] = [Math.min(first, known.from), Math.max(last, known.to)]
    }
    this.#known.push({ from: first, to: last }, ...later.reverse())
  }

  /** Takes out all that begin before a place. */
  before(place: number): readonly Stretch[] {
    const [last] = this.#known.slice(-1)
    if (last === undefined || last.from < place) return this.#known.splice(0)
    return this.#known.splice(
      0,
      this.#known.findIndex(({ from }) => from >= place),
    )
  }
}
