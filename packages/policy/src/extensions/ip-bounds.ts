import { IpRange } from './ip.ts'

const wordsOf = { 4: 1, 6: 4 } as const

const bitsOf = ({ words }: IpRange) => words.reduce((bits, word) => (bits << 32n) | BigInt(word), 0n)

function addressOf(version: IpRange['version'], bits: bigint): IpRange {
  const count = wordsOf[version]
  const words = Array.from({ length: count }, (_, i) => Number((bits >> BigInt(32 * (count - 1 - i))) & 0xffff_ffffn))
  return new IpRange(version, words, 32 * count)
}

/** The first and the last address of a range, as numbers. */
function boundsOf(range: IpRange): readonly [first: bigint, last: bigint] {
  const rest = (1n << BigInt(32 * wordsOf[range.version] - range.prefix)) - 1n
  const first = bitsOf(range) & ~rest
  return [first, first | rest]
}

/** The first and last address of a range, and those beside it where there are any. */
export function addressesAt(range: IpRange): {
  readonly within: readonly [IpRange, IpRange]
  readonly beside: readonly IpRange[]
} {
  const [first, last] = boundsOf(range)
  const all = (1n << BigInt(32 * wordsOf[range.version])) - 1n
  const address = (bits: bigint) => addressOf(range.version, bits)
  const beside = [...(last < all ? [last + 1n] : []), ...(first > 0n ? [first - 1n] : [])]
  return { within: [address(first), address(last)], beside: beside.map(address) }
}
