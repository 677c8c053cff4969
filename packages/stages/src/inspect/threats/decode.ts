import { Units } from './units.ts'

/** Named references of HTML for characters that mean something to an interpreter. */
const named = new Map(
  Object.entries({
    lt: '<',
    gt: '>',
    amp: '&',
    quot: '"',
    apos: "'",
    colon: ':',
    comma: ',',
    lpar: '(',
    rpar: ')',
    sol: '/',
    bsol: '\\',
    tab: '\t',
    newline: '\n',
    nbsp: ' ',
    period: '.',
    equals: '=',
    semi: ';',
    lbrace: '{',
    lcub: '{',
    rcub: '}',
    rbrace: '}',
    dollar: '$',
    grave: '`',
    num: '#',
    excl: '!',
    quest: '?',
    lsqb: '[',
    lbrack: '[',
    rsqb: ']',
    rbrack: ']',
    vert: '|',
    verbar: '|',
  }).map(([name, character]) => [name, character.charCodeAt(0)] as const),
)
const reference = /&([a-z]{2,8});/iy
const most = 0x10ffff
const mostDigits = 16

/**
 * What one coded character stands for, and how many characters it takes, in one number: texts hold hundreds of thousands, and an
 * object for each would cost more than reading them. 0 is none.
 */
const coded = (point: number, taken: number): number => (point < 0 || point > most ? 0 : point * 64 + taken)
const pointOf = (code: number): number => Math.floor(code / 64)
const takenOf = (code: number): number => code % 64

const hexValue = new Int8Array(128).fill(-1)
for (const [i, digit] of [...'0123456789abcdef'].entries()) {
  hexValue[digit.charCodeAt(0)] = i
  hexValue[digit.toUpperCase().charCodeAt(0)] = i
}
const hexAt = (text: string, at: number): number => hexValue[text.charCodeAt(at)] ?? -1

/** The number of exactly so many hexadecimal digits, -1 if one is none. */
function hex(text: string, at: number, digits: number): number {
  let value = 0
  for (let i = 0; i < digits; i++) {
    const digit = hexAt(text, at + i)
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  return value
}

/** A byte of `%27`, -1 if there is none. */
const byteAt = (text: string, at: number): number => (text.charCodeAt(at) === 0x25 ? hex(text, at + 1, 2) : -1)

/** How many bytes more the first one announces (RFC 3629 section 3). */
function announced(byte: number): number {
  if (byte >= 0xc0 && byte < 0xe0) return 1
  if (byte >= 0xe0 && byte < 0xf0) return 2
  return byte >= 0xf0 && byte < 0xf8 ? 3 : 0
}

function percent(text: string, at: number): number {
  if ((text.charCodeAt(at + 1) | 0x20) === 0x75) return coded(hex(text, at + 2, 4), 6)
  const first = byteAt(text, at)
  if (first < 0) return 0
  const more = announced(first)
  if (more === 0) return coded(first, 3)
  let point = first & (0x3f >> more)
  for (let i = 1; i <= more; i++) {
    const byte = byteAt(text, at + 3 * i)
    if (byte < 0) return coded(first, 3)
    if (byte < 0x80) return coded(byte, 3 * (i + 1))
    point = (point << 6) | (byte & 0x3f)
  }
  return point > most ? coded(first, 3) : coded(point, 3 * (more + 1))
}

/** Digits of a base from `from` on; an end mark is taken with them where it stands. */
function number(text: string, at: number, from: number, base: 10 | 16, end: number): number {
  let i = from
  let point = 0
  for (let digit = hexAt(text, i); digit >= 0 && digit < base && i - from < mostDigits; digit = hexAt(text, ++i))
    point = Math.min(point * base + digit, most + 1)
  if (i === from) return 0
  return coded(point, (text.charCodeAt(i) === end ? i + 1 : i) - at)
}

function htmlReference(text: string, at: number): number {
  if (text.charCodeAt(at + 1) === 0x23) {
    const isHex = (text.charCodeAt(at + 2) | 0x20) === 0x78
    return isHex ? number(text, at, at + 3, 16, 0x3b) : number(text, at, at + 2, 10, 0x3b)
  }
  reference.lastIndex = at
  const found = reference.exec(text)
  const point = found === null ? undefined : named.get((found[1] ?? '').toLowerCase())
  return found === null || point === undefined ? 0 : coded(point, found[0].length)
}

const octal = /\\[01][0-7]{2}/y

function backslash(text: string, at: number): number {
  const kind = text.charCodeAt(at + 1)
  if (kind === 0x75 && text.charCodeAt(at + 2) === 0x7b) return number(text, at, at + 3, 16, 0x7d)
  if (kind === 0x75) return coded(hex(text, at + 2, 4), 6)
  if (kind === 0x78) return coded(hex(text, at + 2, 2), 4)
  if (kind !== 0x30 && kind !== 0x31) return 0
  octal.lastIndex = at
  return octal.test(text) ? coded(Number.parseInt(text.slice(at + 1, at + 4), 8), 4) : 0
}

function codeAt(text: string, at: number, unit: number): number {
  if (unit === 0x25) return percent(text, at)
  return unit === 0x26 ? htmlReference(text, at) : backslash(text, at)
}

/**
 * Undoes one layer of percent encoding (`%27`, `%u0027`), HTML references and backslash escapes (`\x27`, `\u0027`, `\u{27}`,
 * `\047`). Bytes are read as UTF-8, overlong forms too (`%c0%af` is a slash; so is `%c0%2f`), since lenient readers do; bytes that are no
 * UTF-8 become single characters. The same text comes back if nothing in it was coded.
 */
export function decode(text: string): string {
  let units: Units | undefined
  let copied = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit !== 0x25 && unit !== 0x26 && unit !== 0x5c) continue
    const code = codeAt(text, i, unit)
    if (code === 0) continue
    units ??= new Units(text.length)
    units.addAll(text, copied, i)
    units.addPoint(pointOf(code))
    i += takenOf(code) - 1
    copied = i + 1
  }
  if (units === undefined) return text
  units.addAll(text, copied, text.length)
  return units.text()
}
