import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Place } from '@sallyport/core'
import fc from 'fast-check'
import { callWith } from '../testing/call.ts'
import { credentialIn, queryText, queryValues, textsAt } from './present.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('=', ';', ',', '"', '%', '+', '&', ' ', '\t', 'a', '\\', '\u0000', '\ud800') }),
)
const cookie: Place = { in: 'cookie', name: 'a' }
const query: Place = { in: 'query', name: 'a' }
const bearer: Place = { in: 'header', name: 'authorization', scheme: 'bearer' }

test('no header, cookie or query makes reading a credential throw, and none yields what did not stand there', () => {
  fc.assert(
    fc.property(text, text, (one, other) => {
      const call = callWith({ raw: ['Cookie', one, 'cookie', other, 'Authorization', one], query: other })
      for (const value of textsAt(call, cookie)) assert.ok(one.includes(value) || other.includes(value))
      for (const place of [cookie, query, bearer]) {
        for (const value of textsAt(call, place)) assert.equal(typeof (credentialIn(value, place) ?? ''), 'string')
      }
    }),
    { numRuns: 500 },
  )
})

test('whatever a query holds, a value that was encoded and put into it is found again, once for each time', () => {
  const pair = fc.tuple(fc.constantFrom('a', 'b', 'A', 'aa', ''), fc.string({ unit: 'grapheme' }))
  fc.assert(
    fc.property(fc.array(pair), pairs => {
      const written = new URLSearchParams(pairs).toString()
      const wanted = pairs.filter(([name]) => name === 'a').map(([, value]) => value)
      assert.deepEqual(queryValues(written, 'a'), wanted)
    }),
  )
})

test('a query is read as the platform reads it, where the platform can', () => {
  fc.assert(
    fc.property(fc.webQueryParameters(), written => {
      fc.pre(!written.split('&').includes(''))
      assert.deepEqual(queryValues(written, 'a'), new URLSearchParams(written).getAll('a'))
    }),
  )
})

test('a query component that cannot be decoded stands as it came', () => {
  assert.deepEqual(['%zz', '%', 'a%ff', '%41+%42'].map(queryText), ['%zz', '%', 'a%ff', 'A B'])
  assert.deepEqual([queryValues(undefined, 'a'), queryValues('', 'a'), queryValues('a', 'a')], [[], [], ['']])
})

const cookies: readonly (readonly [field: string, values: readonly string[]])[] = [
  ['a=1', ['1']],
  ['b=2; a=1; c=3', ['1']],
  ['a=1;a=2', ['1', '2']],
  ['a=', ['']],
  ['a', []],
  ['=1', []],
  ['A=1; aa=2; b=a=3', []],
  ['a="1"', ['1']],
  ['a="1', ['"1']],
  ['a=1=2', ['1=2']],
  [' a = 1 ', ['1']],
  ['a=1,a=2', ['1,a=2']],
]

for (const [field, values] of cookies) {
  test(`the cookie a in ${JSON.stringify(field)} is ${JSON.stringify(values)}`, () => {
    assert.deepEqual(textsAt(callWith({ raw: ['Cookie', field] }), cookie), values)
  })
}

test('cookies are found in several fields', () => {
  assert.deepEqual(textsAt(callWith({ raw: ['Cookie', 'a=1', 'COOKIE', 'b=1; a=2'] }), cookie), ['1', '2'])
})

test('a scheme stands before its credential, in any case and with at least one space', () => {
  const of = (value: string) => credentialIn(value, bearer)
  assert.deepEqual(['Bearer x', 'bEARER   x', 'Bearer x y'].map(of), ['x', 'x', 'x y'])
  for (const none of ['Bearer', 'Bearerx', 'Basic x', ' Bearer x', 'Bearer\tx', '']) assert.equal(of(none), undefined)
  assert.equal(credentialIn('Bearer x', { in: 'header', name: 'x-token', scheme: undefined }), 'Bearer x')
})

test('the longest header there may be is read in the time that its length takes', () => {
  const long = `a="${'"'.repeat(50_000)};${' '.repeat(50_000)}`
  assert.equal(textsAt(callWith({ raw: ['Cookie', long] }), cookie).length, 1)
})
