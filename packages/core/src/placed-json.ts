import { type Json, JsonError, type JsonLimits, type JsonSink, readJsonTo } from './json.ts'

/** Where one value stands in its text, in UTF-16 units from the start. */
export interface MemberSpan {
  /** Where its member begins, with the name; `at` for items of arrays and for the whole. */
  readonly from: number
  readonly at: number
  readonly to: number
}

const none = -1

interface PlacedLimits extends JsonLimits {
  /** How many values there may be; a million unless told. */
  readonly values?: number
}

/** What was read of a text, value by value: the order in which they begin is their number. */
class Places implements JsonSink {
  readonly froms: number[] = []
  readonly ats: number[] = []
  readonly tos: number[] = []
  readonly parents: number[] = []
  readonly before: number[] = []
  readonly behind: number[] = []
  readonly containers = new Map<object, number>()
  steps = 0
  readonly #most: number
  readonly #open: number[] = []
  /** The last child of each value that is open. */
  readonly #last: number[] = []

  constructor(most: number) {
    this.#most = most
  }

  begin(from: number, at: number): void {
    const id = this.ats.length
    if (id >= this.#most) throw new JsonError(`there are more than ${this.#most} values`, at)
    const depth = this.#open.length
    this.steps += depth
    const before = this.#last[depth] ?? none
    this.froms.push(from)
    this.ats.push(at)
    this.tos.push(at)
    this.parents.push(this.#open[depth - 1] ?? none)
    this.before.push(before)
    this.behind.push(none)
    if (before !== none) this.behind[before] = id
    this.#last[depth] = id
    this.#last[depth + 1] = none
    this.#open.push(id)
  }

  end(value: Json, to: number): Json {
    const id = this.#open.pop() ?? none
    this.tos[id] = to
    if (typeof value !== 'object' || value === null) return id
    this.containers.set(value, id)
    return value
  }
}

const known = (id: number | undefined) => (id === undefined || id === none ? undefined : id)

/**
 * A JSON text and where each of its values stands. Values have numbers, in the order in which they begin: 0 is the whole. `shape` has the
 * arrays and objects of the text, and in place of each text, number, true, false and null the number of that value.
 */
export class PlacedJson {
  readonly text: string
  readonly shape: Json
  readonly #places: Places

  /** Reads as strictly as `readJson`. Throws JsonError. */
  constructor(text: string, limits: PlacedLimits = {}) {
    this.text = text
    this.#places = new Places(limits.values ?? 1_000_000)
    this.shape = readJsonTo(this.#places, text, limits)
  }

  /** How many names and indices lead to all values together. */
  get steps(): number {
    return this.#places.steps
  }

  /** The number of a value of `shape`. */
  idOf(value: Json): number {
    if (typeof value === 'number') return value
    const id = typeof value === 'object' && value !== null ? this.#places.containers.get(value) : undefined
    if (id === undefined) throw new TypeError('a value that is no part of the shape')
    return id
  }

  place(id: number): MemberSpan {
    const { froms, ats, tos } = this.#places
    const [from, at, to] = [froms[id], ats[id], tos[id]]
    if (from === undefined || at === undefined || to === undefined) throw new RangeError(`there is no value ${id}`)
    return { from, at, to }
  }

  /** The value as it is written. */
  written(id: number): string {
    const { at, to } = this.place(id)
    return this.text.slice(at, to)
  }

  isObject(id: number): boolean {
    return this.text[this.place(id).at] === '{'
  }

  /** The array or object that it stands in. */
  parent(id: number): number | undefined {
    return known(this.#places.parents[id])
  }

  /** The member or item before it, in the same object or array. */
  previous(id: number): number | undefined {
    return known(this.#places.before[id])
  }

  next(id: number): number | undefined {
    return known(this.#places.behind[id])
  }
}
