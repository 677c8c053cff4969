import { isIP } from 'node:net'

const split = (text: string) => (text === '' ? [] : text.split(':'))

/** The eight groups of an IPv6 address in hexadecimal. The platform's URLs know one way of writing each address. */
function groupsOf(ip: string): readonly string[] {
  const [head = '', tail = ''] = new URL(`http://[${ip}]`).hostname.slice(1, -1).split('::')
  const [before, after] = [split(head), split(tail)]
  return [...before, ...new Array<string>(8 - before.length - after.length).fill('0'), ...after]
}

function dotted(...groups: readonly string[]): string {
  const numbers = groups.map(group => Number.parseInt(group, 16))
  return numbers.flatMap(number => [number >> 8, number & 255]).join('.')
}

/**
 * What an address is counted as. An IPv6 caller commands a whole /64, so that is what counts; one that stands for an
 * IPv4 address (RFC 4291 section 2.5.5.2) counts as that. All ways of writing one address come out alike.
 */
export function addressKey(ip: string | undefined): string {
  if (ip === undefined || !ip.includes(':')) return ip ?? 'unknown'
  const bare = ip.replace(/%.*$/, '')
  if (isIP(bare) !== 6) return ip
  const groups = groupsOf(bare)
  if (groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff') return dotted(...groups.slice(6))
  return groups.slice(0, 4).join(':')
}
