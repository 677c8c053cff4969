/** A JSON value (RFC 8259). */
export type Json = null | boolean | number | string | Json[] | { [member: string]: Json }

/** Why a text is not JSON that may be relied upon. */
export class JsonError extends Error {
  override readonly name = 'JsonError'
  /** Where reading stopped, in UTF-16 units from the start; undefined where the bytes are no text at all. */
  readonly offset: number | undefined

  constructor(message: string, offset: number | undefined) {
    super(message)
    this.offset = offset
  }
}

/** What a text may hold at the most; what isn't told is not bounded, but for the depth, which is 64 then. */
export interface JsonLimits {
  /** Arrays and objects inside each other. */
  readonly depth?: number
  /** Members of one object. */
  readonly members?: number
  /** Values in one array. */
  readonly items?: number
  /** Characters of one text or name, in UTF-16 units, escapes undone. */
  readonly string?: number
  /** Characters of one number as it is written. */
  readonly number?: number
}

/** What requests may hold unless told otherwise: more than people write, and less than a reader behind might choke on. */
export const requestLimits: Required<JsonLimits> = {
  depth: 64,
  members: 10_000,
  items: 100_000,
  string: 4 * 2 ** 20,
  number: 128,
}

const unbounded: Required<JsonLimits> = {
  depth: 64,
  members: Number.POSITIVE_INFINITY,
  items: Number.POSITIVE_INFINITY,
  string: Number.POSITIVE_INFINITY,
  number: Number.POSITIVE_INFINITY,
}

/**
 * Reads JSON so that no other reader can see another value in it: beyond RFC 8259 it refuses duplicate members
 * (compared unescaped), lone surrogates, numbers past the range of a double, and nesting past the limit. A whole
 * number past 2^53 is read as the nearest double, as most readers do. `__proto__` is a member like any other.
 * It stops where a limit is passed. Takes time linear in the text. Throws JsonError.
 */
export function readJson(text: string, limits: JsonLimits = {}): Json {
  return new Reader(text, { ...unbounded, ...limits }, undefined).document()
}

/** Told of every value where it begins and ends, outer ones first. Places are UTF-16 units from the start of the text. */
export interface JsonSink {
  /** A value begins at `at`; its member, with the name, at `from`. */
  begin(from: number, at: number): void
  /** The value that began last ends before `to`. What comes back takes its place in what is read. */
  end(value: Json, to: number): Json
}

/** Reads as strictly as `readJson`, and tells a sink where the values stand. Throws JsonError. */
export function readJsonTo(sink: JsonSink, text: string, limits: JsonLimits = {}): Json {
  return new Reader(text, { ...unbounded, ...limits }, sink).document()
}

/** Reads JSON from UTF-8: overlong forms, surrogates and a byte order mark are refused. Throws JsonError. */
export function readJsonBytes(bytes: Uint8Array, limits: JsonLimits = {}): Json {
  return readJson(jsonText(bytes), limits)
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of UTF-8 bytes, which give the same bytes again. Throws JsonError. */
export function jsonText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new JsonError('not UTF-8', undefined)
  }
}

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const word = /true|false|null/y
const escapeSequence = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y
const stringStop = /["\\\x00-\x1f]/g

const words: Readonly<Record<string, Json>> = { true: true, false: false, null: null }

/** One pass over the text; `at` is the next character. Depth is bounded, so recursion is. */
class Reader {
  readonly #text: string
  readonly #max: Required<JsonLimits>
  readonly #sink: JsonSink | undefined
  #at = 0

  constructor(text: string, max: Required<JsonLimits>, sink: JsonSink | undefined) {
    this.#text = text
    this.#max = max
    this.#sink = sink
  }

  document(): Json {
    const value = this.#value(0)
    if (this.#at < this.#text.length) this.#fail('something follows the value')
    return value
  }

  /** A value with the white space around it; `from` is where its member begins. */
  #value(depth: number, from?: number): Json {
    this.#space()
    this.#sink?.begin(from ?? this.#at, this.#at)
    const bare = this.#bareValue(depth)
    const value = this.#sink === undefined ? bare : this.#sink.end(bare, this.#at)
    this.#space()
    return value
  }

  #bareValue(depth: number): Json {
    const first = this.#text[this.#at]
    if (first === '"') return this.#string()
    if (first === '{') return this.#object(this.#deeper(depth))
    if (first === '[') return this.#array(this.#deeper(depth))
    const named = this.#take(word)
    return named === '' ? this.#number() : (words[named] ?? null)
  }

  #object(depth: number): Json {
    const object: Record<string, Json> = {}
    if (this.#opened('}')) return object
    let count = 0
    do {
      if (++count > this.#max.members) this.#fail(`an object has more than ${this.#max.members} members`)
      this.#space()
      const start = this.#at
      if (this.#text[start] !== '"') this.#fail('a member name is missing')
      const name = this.#string()
      if (Object.hasOwn(object, name)) this.#fail('a member appears twice', start)
      this.#space()
      this.#expect(':')
      setMember(object, name, this.#value(depth, start))
    } while (this.#continues('}'))
    return object
  }

  #array(depth: number): Json {
    const array: Json[] = []
    if (this.#opened(']')) return array
    do {
      if (array.length >= this.#max.items) this.#fail(`an array has more than ${this.#max.items} values`)
      array.push(this.#value(depth))
    } while (this.#continues(']'))
    return array
  }

  #string(): string {
    const text = this.#text
    const start = this.#at
    let escaped = false
    this.#at++
    while (true) {
      stringStop.lastIndex = this.#at
      const stop = stringStop.exec(text)
      if (stop === null) return this.#fail('a string does not end', start)
      this.#at = stop.index
      if (stop[0] === '"') break
      if (this.#take(escapeSequence) === '') this.#fail('a string holds a bad escape or a raw control character')
      escaped = true
    }
    this.#at++
    const value = escaped ? String(JSON.parse(text.slice(start, this.#at))) : text.slice(start + 1, this.#at - 1)
    if (value.length > this.#max.string) this.#fail(`a text has more than ${this.#max.string} characters`, start)
    if (!value.isWellFormed()) this.#fail('a string holds half of a surrogate pair', start)
    return value
  }

  #number(): number {
    const start = this.#at
    const digits = this.#take(number)
    if (digits === '') this.#fail('a value is missing or malformed')
    if (digits.length > this.#max.number) this.#fail(`a number has more than ${this.#max.number} characters`, start)
    const value = Number(digits)
    if (!Number.isFinite(value)) this.#fail('a number is out of range', start)
    return value
  }

  #deeper(depth: number): number {
    if (depth >= this.#max.depth) this.#fail(`arrays and objects are nested more than ${this.#max.depth} deep`)
    return depth + 1
  }

  /** Steps over an opening bracket, and over the closing one too where nothing stands between. */
  #opened(close: string): boolean {
    this.#at++
    this.#space()
    if (this.#text[this.#at] !== close) return false
    this.#at++
    return true
  }

  /** Steps over a comma (true) or the closing bracket (false). */
  #continues(close: string): boolean {
    if (this.#text[this.#at] === ',') {
      this.#at++
      return true
    }
    this.#expect(close)
    return false
  }

  #expect(character: string): void {
    if (this.#text[this.#at] !== character) this.#fail(`${character} is missing`)
    this.#at++
  }

  #space(): void {
    while (isSpace(this.#text.charCodeAt(this.#at))) this.#at++
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? ''
    this.#at += found.length
    return found
  }

  #fail(message: string, at = this.#at): never {
    throw new JsonError(message, at)
  }
}

const isSpace = (code: number) => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09

/** Plain assignment to `__proto__` would change what the object inherits. */
function setMember(object: Record<string, Json>, name: string, value: Json): void {
  if (name !== '__proto__') object[name] = value
  else Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
}
