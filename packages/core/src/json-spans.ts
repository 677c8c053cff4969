/** Where a value stands in a JSON text: from `start` to before `end`, in UTF-16 units. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A value by the names and positions that lead to it from the root. */
export type JsonPlace = readonly (string | number)[]

/** What of a text is wanted: by name or position the ones below, and whether the value itself is. */
interface Wanted {
  readonly below: Map<string | number, Wanted>
  /** Which of the places lead here. */
  readonly here: number[]
}

function wantedOf(places: readonly JsonPlace[]): Wanted {
  const root: Wanted = { below: new Map(), here: [] }
  for (const [index, place] of places.entries()) {
    let at = root
    for (const step of place) {
      const next = at.below.get(step) ?? { below: new Map(), here: [] }
      at.below.set(step, next)
      at = next
    }
    at.here.push(index)
  }
  return root
}

const space = /[ \t\n\r]*/y
const stringStop = /["\\]/g
const bare = /[^,\]}\s]*/y

/** One pass over a text that `readJson` has read: what it would refuse isn't looked for again. */
class Finder {
  readonly spans: Span[] = []
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  value(wanted: Wanted | undefined): void {
    this.#take(space)
    const start = this.#at
    const first = this.#text[start]
    if (first === '{') this.#members(wanted, '}')
    else if (first === '[') this.#members(wanted, ']')
    else if (first === '"') this.#string()
    else this.#take(bare)
    for (const index of wanted?.here ?? []) this.spans[index] = { start, end: this.#at }
    this.#take(space)
  }

  #members(wanted: Wanted | undefined, close: '}' | ']'): void {
    this.#at++
    this.#take(space)
    for (let position = 0; this.#text[this.#at] !== close && this.#at < this.#text.length; position++) {
      const step = close === ']' ? position : this.#name()
      this.value(wanted?.below.get(step))
      if (this.#text[this.#at] === ',') this.#at++
      this.#take(space)
    }
    this.#at++
  }

  #name(): string {
    const name = this.#string()
    this.#take(space)
    this.#at++
    return name.includes('\\') ? String(JSON.parse(name)) : name.slice(1, -1)
  }

  /** From one sign that means something to the next: a pattern for the whole would remember each letter of a long text. */
  #string(): string {
    const start = this.#at++
    for (;;) {
      stringStop.lastIndex = this.#at
      const stop = stringStop.exec(this.#text)?.[0]
      this.#at = stop === undefined ? this.#text.length : stringStop.lastIndex + (stop === '"' ? 0 : 1)
      if (stop !== '\\') return this.#text.slice(start, this.#at)
    }
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? ''
    this.#at += found.length
    return found
  }
}

/** Where the values at these places stand, in the order of the places. The text is one that `readJson` takes. Linear in the text. */
export function spansOf(text: string, places: readonly JsonPlace[]): readonly Span[] {
  const finder = new Finder(text)
  finder.value(wantedOf(places))
  return finder.spans
}

/** The text with other values at these spans, which don't overlap; everything between them stays as it is. */
export function withSpans(text: string, changes: readonly { readonly span: Span; readonly value: string }[]): string {
  const parts: string[] = []
  let from = 0
  for (const { span, value } of [...changes].sort((a, b) => a.span.start - b.span.start)) {
    if (span.start < from) throw new RangeError('a value that is changed stands within another one')
    parts.push(text.slice(from, span.start), value)
    from = span.end
  }
  return parts.join('') + text.slice(from)
}
