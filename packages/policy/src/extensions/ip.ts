import { isIPv4, isIPv6 } from 'node:net'
import { EvaluationError } from '../evaluation-error.ts'

const longestText = 43
const bitsOf = { 4: 32, 6: 128 } as const
type Version = keyof typeof bitsOf

const bitsOfV4 = (text: string) => text.split('.').reduce((bits, octet) => (bits << 8n) | BigInt(octet), 0n)

function bitsOfV6(text: string): bigint {
  const [left = '', right] = text.split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':'))
  const [head, tail] = [groups(left), groups(right ?? '')]
  const between = right === undefined ? 0 : 8 - head.length - tail.length
  const all = [...head, ...Array<string>(between).fill('0'), ...tail]
  return all.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n)
}

function readAddress(text: string): readonly [Version, bigint] | undefined {
  if (isIPv4(text)) return [4, bitsOfV4(text)]
  const isPlainV6 = isIPv6(text) && !text.includes('.') && !text.includes('%')
  return isPlainV6 ? [6, bitsOfV6(text)] : undefined
}

function readPrefix(text: string | undefined, version: Version): number | undefined {
  if (text === undefined) return bitsOf[version]
  const length = /^(0|[1-9][0-9]{0,2})$/.test(text) ? Number(text) : Number.NaN
  return length <= bitsOf[version] ? length : undefined
}

/** An address, or a range of them by the length of what they begin with. */
export class IpRange {
  readonly version: Version
  readonly bits: bigint
  readonly prefix: number

  constructor(version: Version, bits: bigint, prefix: number) {
    this.version = version
    this.bits = bits
    this.prefix = prefix
  }

  get key(): string {
    return `ip ${this.version} ${this.bits}/${this.prefix}`
  }

  /** Throws where a text is none: `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32`; no zeros before a number, no IPv4 within IPv6. */
  static read(text: string): IpRange {
    const [address = '', prefix, more] = text.split('/')
    const [version, bits] = (text.length <= longestText && more === undefined && readAddress(address)) || []
    const length = version === undefined ? undefined : readPrefix(prefix, version)
    if (version === undefined || bits === undefined || length === undefined)
      throw new EvaluationError(`${JSON.stringify(text)} is no IP address or range`)
    return new IpRange(version, bits, length)
  }

  /** Whether all of its addresses are among another's. */
  isInRange(other: IpRange): boolean {
    if (this.version !== other.version || this.prefix < other.prefix) return false
    const rest = BigInt(bitsOf[other.version] - other.prefix)
    return this.bits >> rest === other.bits >> rest
  }
}

const loopback = [IpRange.read('127.0.0.0/8'), IpRange.read('::1')] as const
const multicast = [IpRange.read('224.0.0.0/4'), IpRange.read('ff00::/8')] as const

export const isLoopback = (range: IpRange): boolean => loopback.some(known => range.isInRange(known))
export const isMulticast = (range: IpRange): boolean => multicast.some(known => range.isInRange(known))
