import { isIP } from 'node:net'
import type { GatewayRules, HeaderList } from '@sallyport/core'
import { addressList } from '@sallyport/tokens'
import { forwardedParameters } from './forwarded.ts'

export { addressList, isAddressRange } from '@sallyport/tokens'

/** The two halves of an IPv4 address within an IPv6 one, which URLs write in one way however it came. */
const mapped = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/

const octets = (half: string) => {
  const bits = Number.parseInt(half, 16)
  return `${bits >> 8}.${bits & 255}`
}

function withoutMapping(ip: string): string {
  const url = `http://[${ip}]`
  const [, high, low] = (isIP(ip) === 6 && mapped.exec(new URL(url).hostname)) || []
  return high === undefined || low === undefined ? ip : `${octets(high)}.${octets(low)}`
}

/** An IPv4 address that came over an IPv6 socket is the IPv4 address (RFC 4291 section 2.5.5.2); a zone is this host's own word. */
export function plainAddress(ip: string): string {
  if (!ip.includes(':')) return ip
  const bare = ip.replace(/%.*$/, '')
  return /ffff/i.test(bare) ? withoutMapping(bare) : bare
}

const readers = {
  'x-forwarded-for': (headers: HeaderList) => headers.all('x-forwarded-for').flatMap(value => value.split(',')),
  forwarded: (headers: HeaderList) => headers.all('forwarded').flatMap(value => forwardedParameters(value, 'for')),
}

/** `192.0.2.1:8080` and `[2001:db8::1]:8080` as the bare address. */
const withoutPort = (node: string) =>
  node
    .trim()
    .replace(/^\[([^\]]*)\](?::\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')

/**
 * The caller's address: the peer's, or, behind trusted proxies, the first from the right that is none of them. Where a
 * trusted proxy names no address (RFC 7239 section 6.2 allows `unknown`) nobody knows it: it isn't the proxy's own.
 */
export function clientAddress(
  rules: GatewayRules,
): (peer: string | undefined, headers: HeaderList) => string | undefined {
  if (rules.trustedProxies.length === 0) return peer => (peer === undefined ? undefined : plainAddress(peer))
  const trusted = addressList(rules.trustedProxies)
  const read = readers[rules.clientAddress]
  return (peer, headers) => {
    if (peer === undefined) return undefined
    let address = plainAddress(peer)
    const hops = read(headers)
    for (let i = hops.length - 1; i >= 0 && trusted(address); i--) {
      const hop = plainAddress(withoutPort(hops[i] ?? ''))
      if (isIP(hop) === 0) return undefined
      address = hop
    }
    return address
  }
}

const protocols = {
  'x-forwarded-for': (headers: HeaderList) => headers.all('x-forwarded-proto').flatMap(value => value.split(',')),
  forwarded: (headers: HeaderList) => headers.all('forwarded').flatMap(value => forwardedParameters(value, 'proto')),
}

/**
 * Whether a call came over TLS to a trusted proxy that ends it: that proxy says so (X-Forwarded-Proto, or `proto` in Forwarded), and no
 * proxy on the way says otherwise.
 */
export function endsTls(rules: GatewayRules): (peer: string | undefined, headers: HeaderList) => boolean {
  if (rules.trustedProxies.length === 0) return () => false
  const trusted = addressList(rules.trustedProxies)
  const read = protocols[rules.clientAddress]
  return (peer, headers) => {
    if (peer === undefined || !trusted(plainAddress(peer))) return false
    const said = read(headers)
    return said.length > 0 && said.every(protocol => protocol.trim().toLowerCase() === 'https')
  }
}
