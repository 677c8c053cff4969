import { type Json, PlacedJson, readJson } from '@sallyport/core'

function below(shape: Json, key: string | number): Json {
  const isContainer = typeof shape === 'object' && shape !== null && Object.hasOwn(shape, key)
  const value: Json | undefined = isContainer ? Reflect.get(shape, key) : undefined
  if (value === undefined) throw new RangeError('a path that leads nowhere')
  return value
}

/** An answer's JSON: its text, and what stands where in it. Throws JsonError where it isn't strict JSON. */
export class Document {
  readonly placed: PlacedJson
  readonly #values = new Map<number, Json>()
  readonly #parts = new Map<number, Document>()

  constructor(text: string) {
    this.placed = new PlacedJson(text)
  }

  get value(): Json {
    return this.valueOf(0)
  }

  valueOf(id: number): Json {
    const known = this.#values.get(id)
    if (known !== undefined) return known
    const value = readJson(this.placed.written(id))
    this.#values.set(id, value)
    return value
  }

  /** One of its values as a document of its own. */
  part(id: number): Document {
    const part = this.#parts.get(id) ?? new Document(this.placed.written(id))
    this.#parts.set(id, part)
    return part
  }

  /** The number of the value that a path of names and indices leads to. */
  idAt(path: readonly (string | number)[]): number {
    return this.placed.idOf(path.reduce(below, this.placed.shape))
  }

  /** The nearest object around a value that is one of `records`; the nearest of all where there are none. */
  recordOf(id: number, records: ReadonlySet<number> | undefined): number | undefined {
    let around = this.placed.parent(id)
    while (around !== undefined) {
      if (records === undefined ? this.placed.isObject(around) : records.has(around)) return around
      around = this.placed.parent(around)
    }
    return undefined
  }
}
