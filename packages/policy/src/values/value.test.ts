import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { PolicyFault } from '../fault.ts'
import { equal, keyOf } from './value.ts'
import { cedarRecord, cedarValue, uidOf } from './value-json.ts'

const json = fc.letrec(tie => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.boolean(),
    fc.integer({ min: -2, max: 2 }),
    fc.constantFrom('', '1', 'true', 'a', '["set"]'),
    fc.record({ type: fc.constantFrom('A', 'B::C'), id: fc.constantFrom('', 'a') }).map(uid => ({ __entity: uid })),
    fc.constantFrom('1.0', '1.00', '0.5').map(arg => ({ __extn: { fn: 'decimal', arg } })),
    fc.constantFrom('1.2.3.4', '1.2.3.4/32', '::1').map(arg => ({ __extn: { fn: 'ip', arg } })),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), tie('value'), { maxKeys: 2 }),
  ),
})).value

test('two values are equal exactly where their keys are, and each is equal to itself', () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      const [left, right] = [cedarValue(a), cedarValue(b)]
      assert.equal(equal(left, right), keyOf(left) === keyOf(right))
      assert.ok(equal(left, cedarValue(structuredClone(a))))
    }),
    { numRuns: 3000 },
  )
})

test('order and repetition mean nothing in a set, and everything else does', () => {
  const same = [
    [
      [1, 2],
      [2, 1, 1],
    ],
    [
      [[1], []],
      [[], [1, 1]],
    ],
    [
      { a: 1, b: [1] },
      { b: [1, 1], a: 1 },
    ],
  ] as const
  for (const [a, b] of same) assert.ok(equal(cedarValue(a), cedarValue(b)), JSON.stringify([a, b]))
  const different = [
    [1, '1'],
    [true, 'true'],
    [[], {}],
    [[1], 1],
    [{ a: 1 }, { b: 1 }],
    [{}, { a: 1 }],
  ] as const
  for (const [a, b] of different) assert.ok(!equal(cedarValue(a), cedarValue(b)), JSON.stringify([a, b]))
})

test('what Cedar cannot hold is refused', () => {
  const deep = JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`)
  const half = '\ud800'
  const bad = [
    null,
    undefined,
    1.5,
    2 ** 53,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -(2 ** 53),
    half,
    { [half]: 1 },
    [null],
    deep,
    1n,
    () => 1,
  ]
  for (const value of bad) assert.throws(() => cedarValue(value), PolicyFault)
  for (const value of [
    { __extn: { fn: 'isIpv4', arg: '1' } },
    { __extn: 'ip' },
    { __entity: 'a' },
    { __entity: { type: 'A' } },
  ])
    assert.throws(() => cedarValue(value), PolicyFault, JSON.stringify(value))
  for (const record of [null, [], 'a', 1]) assert.throws(() => cedarRecord(record), PolicyFault)
  for (const uid of [null, 'A::"a"', { type: 'A' }, { type: 1, id: 'a' }]) assert.throws(() => uidOf(uid), PolicyFault)
})

test('a member that is named __proto__ is a member like others', () => {
  const record = cedarRecord(JSON.parse('{ "__proto__": { "admin": true } }'))
  assert.deepEqual([...record.keys()], ['__proto__'])
})
