import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Call, Principal } from '@sallyport/core'
import fc from 'fast-check'
import { anonymousPrincipal } from '../identify/anonymous.ts'
import { callWith } from '../testing/call.ts'
import { addressKey, keyOf } from './per.ts'

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

function principal(more: Partial<Principal>): Principal {
  return { ...anonymousPrincipal, ...more }
}

const here: Call = callWith({ ip: '192.0.2.1' })
const alice = { issuer: 'a', subject: 'alice' }
const shop = { issuer: 'a', subject: 'shop' }
const token = { kind: 'jwt', id: 't1' }

test('callers are counted by their nearest name, and by address where they have none', () => {
  const person = principal({ user: alice, application: shop, credential: token })
  const machine = principal({ application: shop, credential: token })
  assert.notEqual(keyOf('user')(here, person), keyOf('user')(here, machine))
  assert.equal(keyOf('application')(here, person), keyOf('application')(here, machine))
  for (const by of ['user', 'application', 'credential'] as const) {
    assert.equal(keyOf(by)(here, anonymousPrincipal), keyOf('ip')(here, undefined))
    assert.equal(keyOf(by)(here, undefined), keyOf('ip')(here, undefined))
  }
})

test('equal names of two issuers, or of two kinds, are two callers', () => {
  const names = fc.string({ minLength: 1 })
  const identity = fc.record({ issuer: names, subject: names })
  fc.assert(
    fc.property(identity, identity, (one, other) => {
      fc.pre(one.issuer !== other.issuer || one.subject !== other.subject)
      const by = keyOf('user')
      assert.notEqual(by(here, principal({ user: one })), by(here, principal({ user: other })))
      assert.notEqual(by(here, principal({ user: one })), by(here, principal({ application: one })))
    }),
  )
})

test('ids that two issuers gave, and those of tokens and keys, never meet', () => {
  const by = keyOf('credential')
  const others = { user: { issuer: 'b', subject: 'alice' }, credential: token }
  const keys = [
    by(here, principal({ user: alice, credential: token })),
    by(here, principal(others)),
    by(here, principal({ user: alice, credential: { ...token, kind: 'apiKey' } })),
  ]
  assert.equal(new Set(keys).size, 3)
})

test('a claim is found by its path; those who lack it, or only inherit it, share one counter', () => {
  const by = (claim: string, claims: Principal['claims']) => keyOf({ claim })(here, principal({ claims }))
  assert.equal(by('tenant.id', { tenant: { id: 'acme' } }), by('id', { id: 'acme' }))
  assert.notEqual(by('id', { id: 'acme' }), by('id', { id: ['acme'] }))
  for (const claim of ['constructor', '__proto__', 'toString', 'tenant.id']) {
    assert.equal(by(claim, {}), keyOf({ claim })(here, undefined))
  }
})

test('a header counts by all its values, in order', () => {
  const by = (...raw: string[]) => keyOf({ header: 'x-shop' })(callWith({ raw }), undefined)
  assert.equal(by('X-Shop', 'a'), by('x-shop', 'a'))
  const keys = [by(), by('X-Shop', ''), by('X-Shop', 'a,b'), by('X-Shop', 'a', 'X-Shop', 'b')]
  assert.equal(new Set(keys).size, keys.length)
})
