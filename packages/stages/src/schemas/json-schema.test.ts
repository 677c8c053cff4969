import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '@sallyport/core'
import { compileSchema } from './json-schema.ts'

const judgeBy = (schema: Json, others: Readonly<Record<string, Json>> = {}) =>
  compileSchema(new Map([['file:///schemas/first.json', schema], ...Object.entries(others)]))

test('every fault of a small value is told at its place; what is missing and what is too much at its own', () => {
  const names = { type: 'array', items: { type: 'string', maxLength: 2 } }
  const judge = judgeBy({
    type: 'object',
    required: ['id', 'a/b'],
    additionalProperties: false,
    properties: { id: { type: 'string' }, 'a/b': true, kind: { enum: ['x', 'y'] }, names },
  })
  assert.deepEqual(judge({ kind: 'z', names: ['ok', 'long', 1], more: 1 }), {
    '/id': ['is missing'],
    '/a~1b': ['is missing'],
    '/more': ['is not known here'],
    '/kind': ['must be one of "x","y"'],
    '/names/1': ['must NOT have more than 2 characters'],
    '/names/2': ['must be string'],
  })
  assert.equal(judge({ id: '1', 'a/b': null, names: [] }), undefined)
})

for (const keyword of [
  { pattern: '^x' },
  { maxLength: 3 },
  { format: 'email' },
  { enum: ['a'] },
  { const: 'a' },
  { not: { minLength: 1 } },
  { 'x-password': { needs: ['upper', 'special'] } },
]) {
  test(`no value is repeated by the fault of ${Object.keys(keyword)}`, () => {
    const judge = judgeBy({ type: 'object', properties: { password: { type: 'string', ...keyword } } })
    const told = JSON.stringify(judge({ password: 'hunter2' }))
    assert.match(told, /\/password/)
    assert.doesNotMatch(told, /hunter2/)
  })
}

test('of a value with many faults no more is told, and of long names no more is shown, than somebody reads', () => {
  const judge = judgeBy({ type: 'object', additionalProperties: false })
  const many = judge(Object.fromEntries(Array.from({ length: 4000 }, (_, i) => [`${'x'.repeat(1000)}${i}`, 1])))
  assert.ok(JSON.stringify(many).length < 10_000)
  const huge = judgeBy({ type: 'array', items: { type: 'string' } })(Array.from({ length: 1_000_000 }, () => 1))
  assert.deepEqual(huge, { '/0': ['must be string'] })
})

/** A filter whose alternatives all lead back to it, each level of a value inside several of them. */
const nested = (kind: Json) => ({
  properties: { of: { type: 'array', items: { $ref: '#/$defs/filter' } }, kind: { const: kind } },
})
const filter = { type: 'object', required: ['kind'], oneOf: ['and', 'or', 'not'].map(nested) }
const filterOf = (depth: number, innermost: Json): Json =>
  Array.from({ length: depth }).reduce<Json>(of => ({ kind: 'and', of: [of] }), innermost)

test('alternatives that lead back to themselves are not tried without end', () => {
  const judge = judgeBy({ $ref: '#/$defs/filter', $defs: { filter } })
  assert.equal(judge(filterOf(4, { kind: 'or' })), undefined)
  assert.deepEqual(judge(filterOf(30, { kind: 'or' })), {
    '': ['has more alternatives within each other than are tried'],
  })
})

test('all that is wrong is looked for no longer than it takes to find the first', () => {
  const first = (kind: Json) => ({ properties: { kind: { const: kind }, of: nested(kind).properties.of } })
  const oneOf = ['and', 'or', 'not'].map(first)
  const judge = judgeBy({ $ref: '#/$defs/filter', $defs: { filter: { ...filter, oneOf } } })
  assert.equal(judge(filterOf(30, { kind: 'or' })), undefined)
  assert.match(JSON.stringify(judge(filterOf(30, { kind: 'xor' }))), /must/)
})

test('a large value may have as many references as it has parts', () => {
  const judge = judgeBy({ type: 'array', items: { $ref: '#/$defs/n' }, $defs: { n: { type: 'integer' } } })
  assert.equal(judge(Array.from({ length: 300_000 }, (_, i) => i)), undefined)
})

test('two patterns of one schema are two patterns', () => {
  const judge = judgeBy({
    type: 'object',
    properties: { a: { type: 'string', pattern: '^a$' }, b: { type: 'string', pattern: '^b$' } },
  })
  assert.equal(judge({ a: 'a', b: 'b' }), undefined)
  assert.deepEqual(Object.keys(judge({ a: 'b', b: 'a' }) ?? {}), ['/a', '/b'])
})

test('lengths count characters, not UTF-16 units', () => {
  const judge = judgeBy({ type: 'string', maxLength: 2 })
  assert.equal(judge('😀😀'), undefined)
  assert.notEqual(judge('😀😀😀'), undefined)
})

test('prices are multiples of a cent', () => {
  const judge = judgeBy({ type: 'number', multipleOf: 0.01 })
  for (const price of [19.99, 0.07, 1.15, 1e6]) assert.equal(judge(price), undefined, String(price))
  assert.notEqual(judge(0.005), undefined)
})

test('what every object inherits is no member', () => {
  const judge = judgeBy({ type: 'object', required: ['constructor'], properties: { constructor: { type: 'string' } } })
  assert.notEqual(judge({}), undefined)
  assert.equal(judge({ constructor: 'x' }), undefined)
})

test('items are told apart whatever the order of their members', () => {
  const judge = judgeBy({ type: 'array', uniqueItems: true })
  assert.notEqual(
    judge([
      { a: 1, b: [2] },
      { b: [2], a: 1 },
    ]),
    undefined,
  )
  assert.equal(judge([1, '1', true, 'true', null, 'null', [1], { 0: 1 }]), undefined)
})

test('schemas beside each other refer to each other', () => {
  const judge = judgeBy(
    { type: 'object', properties: { home: { $ref: './address.yaml#/$defs/address' } } },
    { 'file:///schemas/address.yaml': { $defs: { address: { type: 'object', required: ['town'] } } } },
  )
  assert.deepEqual(judge({ home: {} }), { '/home/town': ['is missing'] })
})

for (const [what, schema, message] of [
  ['a list', [], /a schema is an object/],
  ['a keyword that nobody knows', { maxLenght: 3 }, /maxLenght/],
  ['a format that nobody knows', { type: 'string', format: 'e-mail' }, /e-mail/],
  ['a pattern that does not run in linear time', { type: 'string', pattern: '^(?=a)' }, /look-ahead \(\?=/],
  ['a pattern of names that does not', { type: 'object', patternProperties: { '(a)\\1': true } }, /back-reference/],
  ['a reference that leads nowhere', { $ref: './none.json' }, /none\.json/],
  ['another draft', { $schema: 'http://json-schema.org/draft-04/schema#' }, /draft-04/],
  ['members of what may be no object', { properties: { a: true } }, /type "object"/],
  ['a value that a keyword may not have', { type: 'string', maxLength: -1 }, /maxLength/],
  [
    'a class of password characters that nobody knows',
    { type: 'string', 'x-password': { needs: ['emoji'] } },
    /x-password/,
  ],
  ['what is judged later', { $async: true, type: 'object' }, /async/],
] as const) {
  test(`${what} is no schema, and says why`, () => {
    assert.throws(
      () => judgeBy(structuredClone(schema) as Json),
      error => error instanceof TypeError && message.test(error.message),
    )
  })
}
