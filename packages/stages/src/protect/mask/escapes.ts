import type { Reader } from './track.ts'

/** What the beginning of an escape comes to, beside the character that it stands for: more is needed to tell, or it is none. */
const more = -1
const none = -2

const backslash = 0x5c
const letterU = 0x75
const percent = 0x25
const longest = '\\ud83d\\ude00'.length

const digits = Int8Array.from({ length: 256 }, (_, byte) => {
  const sign = String.fromCharCode(byte)
  return /[\dA-Fa-f]/.test(sign) ? Number.parseInt(sign, 16) : none
})

/** The number in `count` hexadecimal digits from a place on. */
function hexadecimal(bytes: Uint8Array, length: number, at: number, count: number): number {
  let value = 0
  for (let i = at; i < at + count; i++) {
    if (i >= length) return more
    const digit = digits[bytes[i] ?? 0] ?? none
    if (digit === none) return none
    value = value * 16 + digit
  }
  return value
}

/** RFC 3986 section 2.1: a byte. */
const readPercent = (bytes: Uint8Array, length: number): number => hexadecimal(bytes, length, 1, 2)

const shortForms = new Int16Array(256).fill(none)
for (const [letter = '', sign = ''] of ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t'])
  shortForms[letter.charCodeAt(0)] = sign.charCodeAt(0)

const isHigh = (unit: number) => unit >= 0xd800 && unit < 0xdc00
const isLow = (unit: number) => unit >= 0xdc00 && unit < 0xe000

/** RFC 8259 section 7: a code point. One beyond the basic plane has two escapes, which are read as one. */
function readJson(bytes: Uint8Array, length: number): number {
  if (length < 2) return more
  const [, second = 0] = bytes
  if (second !== letterU) return shortForms[second] ?? none
  const high = hexadecimal(bytes, length, 2, 4)
  if (!isHigh(high)) return high
  if (length > 6 && bytes[6] !== backslash) return none
  if (length > 7 && bytes[7] !== letterU) return none
  const low = hexadecimal(bytes, length, 8, 4)
  if (low < 0) return low
  return isLow(low) ? 0x10000 + (high - 0xd800) * 0x400 + (low - 0xdc00) : none
}

type Hand = (byte: number, from: number, to: number) => void

const handByte = (value: number, from: number, to: number, hand: Hand) => hand(value, from, to)

function handCharacter(value: number, from: number, to: number, hand: Hand): void {
  if (value < 0x80) hand(value, from, to)
  else for (const byte of Buffer.from(String.fromCodePoint(value))) hand(byte, from, to)
}

/** How one way to escape is read, and what is handed on of it. */
interface Escape {
  readonly sign: number
  read(bytes: Uint8Array, length: number): number
  hand(value: number, from: number, to: number, hand: Hand): void
}

/** Undoes one notation's escapes and hands on what comes of it. What only looks like an escape stands for itself. */
class Unescaping implements Reader {
  readonly #escape: Escape
  readonly #next: readonly Reader[]
  /** What isn't decided yet: bytes, and where each begins and ends. */
  readonly #bytes = new Uint8Array(longest)
  readonly #froms = new Float64Array(longest)
  readonly #tos = new Float64Array(longest)
  #length = 0

  constructor(notation: Escape, next: readonly Reader[]) {
    this.#escape = notation
    this.#next = next
  }

  get idle(): boolean {
    return this.#length === 0
  }

  get undecided(): number {
    return this.#length === 0 ? Number.POSITIVE_INFINITY : (this.#froms[0] ?? 0)
  }

  push(byte: number, from: number, to: number): void {
    if (this.#length === 0 && byte !== this.#escape.sign) {
      this.#hand(byte, from, to)
      return
    }
    this.#bytes[this.#length] = byte
    this.#froms[this.#length] = from
    this.#tos[this.#length++] = to
    const value = this.#escape.read(this.#bytes, this.#length)
    if (value === more) return
    if (value === none) this.#giveUp()
    else {
      this.#length = 0
      this.#escape.hand(value, this.#froms[0] ?? 0, to, this.#hand)
    }
  }

  end(): void {
    const length = this.#length
    this.#length = 0
    for (let i = 0; i < length; i++) this.#hand(this.#bytes[i] ?? 0, this.#froms[i] ?? 0, this.#tos[i] ?? 0)
  }

  /** The first byte stands for itself; from the next sign on another escape may have begun. */
  #giveUp(): void {
    const length = this.#length
    const [bytes, froms, tos] = [this.#bytes, this.#froms, this.#tos]
    let next = 1
    while (next < length && bytes[next] !== this.#escape.sign) next++
    for (let i = 0; i < next; i++) this.#hand(bytes[i] ?? 0, froms[i] ?? 0, tos[i] ?? 0)
    for (const held of [bytes, froms, tos]) held.copyWithin(0, next, length)
    this.#length = 0
    // What is read again is written to where it stands, or before.
    for (let i = 0; i < length - next; i++) this.push(bytes[i] ?? 0, froms[i] ?? 0, tos[i] ?? 0)
  }

  readonly #hand: Hand = (byte, from, to) => {
    const next = this.#next
    for (let i = 0; i < next.length; i++) next[i]?.push(byte, from, to)
  }
}

const json: Escape = { sign: backslash, read: readJson, hand: handCharacter }
const uri: Escape = { sign: percent, read: readPercent, hand: handByte }

export const jsonEscapes = (...next: readonly Reader[]): Reader => new Unescaping(json, next)
export const percentEscapes = (...next: readonly Reader[]): Reader => new Unescaping(uri, next)
