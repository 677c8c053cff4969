import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Call, Principal } from '@sallyport/core'
import fc from 'fast-check'
import { anonymousPrincipal } from '../identify/anonymous.ts'
import { callWith } from '../testing/call.ts'
import { keyOf } from './per.ts'

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
