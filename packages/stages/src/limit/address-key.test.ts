import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addressKey } from './address-key.ts'

const group = fc.integer({ min: 0, max: 0xffff })
const half = fc.tuple(group, group, group, group)
type Half = readonly number[]

/** One address in several of the ways in which it may be written (RFC 4291 section 2.2, RFC 5952). */
function spellings(network: Half, host: Half): string[] {
  const groups = [...network, ...host]
  const plain = groups.map(one => one.toString(16))
  const [canonical = ''] = new URL(`http://[${plain.join(':')}]`).host.slice(1, -1).split('%')
  const full = groups.map(one => one.toString(16).padStart(4, '0')).join(':')
  const dotted = [
    ...plain.slice(0, 6),
    host
      .slice(2)
      .flatMap(one => [one >> 8, one & 255])
      .join('.'),
  ].join(':')
  return [plain.join(':'), full, full.toUpperCase(), canonical, dotted, `${canonical}%eth0`]
}

const isMapped = ([a, b, c, d]: Half, [e, f]: Half) =>
  a === 0 && b === 0 && c === 0 && d === 0 && e === 0 && f === 0xffff

test('all ways of writing an IPv6 address count as one, and so do all addresses of its /64', () => {
  fc.assert(
    fc.property(half, half, half, (network, host, neighbour) => {
      fc.pre(!isMapped(network, host) && !isMapped(network, neighbour))
      const keys = new Set([...spellings(network, host), ...spellings(network, neighbour)].map(addressKey))
      assert.equal(keys.size, 1, [...keys].join(' '))
    }),
  )
})

test('addresses of two networks are counted apart', () => {
  fc.assert(
    fc.property(half, half, half, (one, other, host) => {
      fc.pre(one.join() !== other.join() && !isMapped(one, host) && !isMapped(other, host))
      const keys = [...spellings(one, host), ...spellings(other, host)].map(addressKey)
      assert.equal(new Set(keys).size, 2)
    }),
  )
})

test('an IPv4 address counts by itself, and an IPv6 address that stands for it counts as it', () => {
  fc.assert(
    fc.property(fc.ipV4(), ip => {
      const [a = 0, b = 0, c = 0, d = 0] = ip.split('.').map(Number)
      const hex = `::ffff:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
      assert.deepEqual([addressKey(ip), addressKey(`::ffff:${ip}`), addressKey(hex)], [ip, ip, ip])
    }),
  )
})

test('whatever stands for an address, it has a key', () => {
  const text = fc.string({ unit: fc.constantFrom(':', '.', '%', '/', '0', '1', 'f', 'F', 'g', ' ') })
  fc.assert(fc.property(text, one => typeof addressKey(one) === 'string'))
  assert.equal(addressKey(undefined), 'unknown')
})
