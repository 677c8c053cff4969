import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Json, Problem, readJson } from '@sallyport/core'
import { Decimal } from '@sallyport/policy'
import fc from 'fast-check'
import { callWith } from '../testing/call.ts'
import { bodyNamed, membersOf, type WrittenBody } from './body.ts'

const nobody = {
  ...{ user: undefined, application: undefined, actors: [], credential: { kind: 'anonymous', id: '' } },
  ...{ scopes: new Set<string>(), roles: new Set<string>(), groups: new Set<string>(), claims: {} },
}
const view = { call: callWith({}), principal: nobody }
const known = (shape: WrittenBody, body: Json | undefined, paths: readonly (readonly string[])[] = [['body']]) =>
  bodyNamed(membersOf(shape), paths)(view, body)

test('a decimal is the number that was written, of up to four digits after the point, or none', () => {
  const amount = fc.tuple(fc.integer({ min: -9e11, max: 9e11 }), fc.nat({ max: 4 }))
  fc.assert(
    fc.property(amount, ([units, places]) => {
      const digits = String(Math.abs(units)).padStart(places + 1, '0')
      const at = digits.length - places
      const written = `${units < 0 ? '-' : ''}${digits.slice(0, at)}${places > 0 ? `.${digits.slice(at)}` : ''}`
      const read = known({ amount: 'decimal' }, readJson(`{"amount":${written}}`)).get('amount')
      assert.ok(read instanceof Decimal)
      assert.equal(Number(read.units), units * 10 ** (4 - places))
    }),
  )
})

test('whatever a body holds, it is what was declared or refused', () => {
  const shape = { a: 'text', 'b?': 'number', c: { d: 'boolean', 'e?': 'texts' }, 'f?': 'decimal' } as const
  const odd = fc.oneof(fc.jsonValue(), fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string()))
  const mostly = (usual: fc.Arbitrary<unknown>) =>
    fc.oneof({ weight: 3, arbitrary: usual }, { weight: 1, arbitrary: odd })
  const inner = fc.record({ d: mostly(fc.boolean()), e: mostly(fc.array(fc.string())) }, { requiredKeys: ['d'] })
  const members = { a: mostly(fc.string()), b: mostly(fc.integer()), c: mostly(inner), f: mostly(fc.integer()) }
  const body = mostly(fc.record(members, { requiredKeys: ['a', 'c'] }))
  let fitting = 0
  fc.assert(
    fc.property(body, json => {
      try {
        const { a, c } = Object.fromEntries(known(shape, JSON.parse(JSON.stringify(json))))
        assert.ok(typeof a === 'string' && c instanceof Map && typeof c.get('d') === 'boolean')
        fitting += 1
      } catch (error) {
        assert.ok(error instanceof Problem && error.code === 'policy-refuses', String(error))
      }
    }),
    { numRuns: 500, seed: 1 },
  )
  assert.ok(fitting > 5, 'some of them fit')
})

test('of a body only what is named is looked at, from the whole down to one member', () => {
  const shape = { a: 'text', c: { d: 'boolean', e: 'text' } } as const
  const body = { a: 7, c: { d: true, e: 7 } }
  assert.deepEqual(known(shape, body, [['body', 'c', 'd']]), new Map([['c', new Map([['d', true]])]]))
  assert.deepEqual(known(shape, body, [['time']]), new Map())
  for (const path of [[], ['body'], ['body', 'c'], ['body', 'a']])
    assert.throws(() => known(shape, body, [path]), { code: 'policy-refuses' })
})
