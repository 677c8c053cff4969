/** Places whose moment is remembered one by one. */
const placesMax = 4_096

/** Which places were forgotten, and when. Of those beyond the count only the latest moment is known: it holds for all places. */
export class Forgotten {
  readonly #moments = new Map<string, number>()
  #floor = 0
  #moment = 0

  /** Grows with every place that is forgotten. */
  get moment(): number {
    return this.#moment
  }

  add(place: string): void {
    this.#moment++
    this.#moments.delete(place)
    this.#moments.set(place, this.#moment)
    if (this.#moments.size <= placesMax) return
    for (const [oldest, moment] of this.#moments) {
      this.#moments.delete(oldest)
      this.#floor = moment
      return
    }
  }

  /** Whether a place was forgotten after a moment. */
  isSince(place: string, moment: number): boolean {
    return moment < (this.#moments.get(place) ?? this.#floor)
  }
}
