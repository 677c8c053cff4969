import { isIPv4, isIPv6 } from 'node:net'
import { EvaluationError } from '../evaluation-error.ts'

const longestText = 43
const bitsOf = { 4: 32, 6: 128 } as const
type Version = keyof typeof bitsOf

/** From the left, 32 bits each. */
type Words = readonly number[]

const wordOfV4 = (text: string) => text.split('.').reduce((word, octet) => word * 256 + Number(octet), 0)

function wordsOfV6(text: string): Words {
  const [left = '', right] = text.split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':').map(group => Number.parseInt(group, 16)))
  const [head, tail] = [groups(left), groups(right ?? '')]
  const between = Array<number>(8 - head.length - tail.length).fill(0)
  const all = [...head, ...between, ...tail]
  return [0, 2, 4, 6].map(i => (all[i] ?? 0) * 65_536 + (all[i + 1] ?? 0))
}

function readAddress(text: string): readonly [Version, Words] | undefined {
  if (isIPv4(text)) return [4, [wordOfV4(text)]]
  const isPlainV6 = isIPv6(text) && !text.includes('.') && !text.includes('%')
  return isPlainV6 ? [6, wordsOfV6(text)] : undefined
}

function readPrefix(text: string | undefined, version: Version): number | undefined {
  if (text === undefined) return bitsOf[version]
  const length = /^(0|[1-9][0-9]{0,2})$/.test(text) ? Number(text) : Number.NaN
  return length <= bitsOf[version] ? length : undefined
}

/** Whether the first bits of two words are alike. */
const begins = (a: number, b: number, bits: number) => bits <= 0 || (a ^ b) >>> (32 - bits) === 0

const hex = (group: number) => group.toString(16)

const textOf: Readonly<Record<Version, (words: Words) => string>> = {
  4: ([word = 0]) => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255].join('.'),
  6: words => words.flatMap(word => [hex(word >>> 16), hex(word & 65_535)]).join(':'),
}

/** An address, or a range of them by the length of what they begin with. */
export class IpRange {
  readonly version: Version
  readonly words: Words
  readonly prefix: number

  constructor(version: Version, words: Words, prefix: number) {
    this.version = version
    this.words = words
    this.prefix = prefix
  }

  get key(): string {
    return `ip ${this.version} ${this.words.join('.')}/${this.prefix}`
  }

  get text(): string {
    return `${textOf[this.version](this.words)}/${this.prefix}`
  }

  /** Throws where a text is none: `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32`; no zeros before a number, no IPv4 within IPv6. */
  static read(text: string): IpRange {
    const [address = '', prefix, more] = text.split('/')
    const [version, words] = (text.length <= longestText && more === undefined && readAddress(address)) || []
    const length = version === undefined ? undefined : readPrefix(prefix, version)
    if (version === undefined || words === undefined || length === undefined)
      throw new EvaluationError(`${JSON.stringify(text)} is no IP address or range`)
    return new IpRange(version, words, length)
  }

  /** Whether all of its addresses are among another's. */
  isInRange(other: IpRange): boolean {
    if (this.version !== other.version || this.prefix < other.prefix) return false
    return this.words.every((word, i) => begins(word, other.words[i] ?? 0, Math.min(32, other.prefix - 32 * i)))
  }
}

const loopback = [IpRange.read('127.0.0.0/8'), IpRange.read('::1')] as const
const multicast = [IpRange.read('224.0.0.0/4'), IpRange.read('ff00::/8')] as const

export const isLoopback = (range: IpRange): boolean => loopback.some(known => range.isInRange(known))
export const isMulticast = (range: IpRange): boolean => multicast.some(known => range.isInRange(known))
