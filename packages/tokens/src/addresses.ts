import { BlockList, isIP } from 'node:net'

const family = (ip: string) => (isIP(ip) === 6 ? 'ipv6' : 'ipv4')

/** Addresses and ranges (`10.0.0.0/8`, `2001:db8::/32`, `192.0.2.7`) to ask whether an address lies within. */
export function addressList(ranges: readonly string[]): (ip: string) => boolean {
  const list = new BlockList()
  for (const range of ranges) {
    const [ip = '', bits] = range.split('/')
    if (bits === undefined) list.addAddress(ip, family(ip))
    else list.addSubnet(ip, Number(bits), family(ip))
  }
  return ip => list.check(ip, family(ip))
}

/** Whether a text is an address or a range in CIDR form. */
export function isAddressRange(text: string): boolean {
  const [ip = '', bits, more] = text.split('/')
  const version = isIP(ip)
  if (version === 0 || more !== undefined) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
}
