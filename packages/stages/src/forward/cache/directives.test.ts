import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { directivesIn, durationOf } from './directives.ts'

const read = (...values: string[]) => {
  const directives = directivesIn(values)
  return directives && Object.fromEntries(directives)
}

test('directives are read by name in any case, with token or quoted arguments, from one field or several', () => {
  assert.deepEqual(read('Max-Age=60,PUBLIC ,, x="a, no-store"', 'no-cache="set-cookie"'), {
    ...{ 'max-age': '60', public: '', x: 'a, no-store', 'no-cache': 'set-cookie' },
  })
  assert.deepEqual(read(), {})
  assert.deepEqual(read('', ' , '), {})
})

for (const text of [
  'max-age=60; public',
  'max-age = 60',
  'max-age=',
  'a b',
  '"no-store"',
  'x="open',
  'a=1=2',
  '=1',
  'é',
])
  test(`nothing is read where ${JSON.stringify(text)} stands`, () => assert.equal(read(`no-store, ${text}`), undefined))

test('what is said twice counts where it is the same, and is no number where it is not', () => {
  const lasting = (text: string) => durationOf(directivesIn([text]) ?? new Map(), 'max-age')
  assert.equal(lasting('max-age=60, max-age="60"'), 60_000)
  assert.equal(lasting('max-age=60, max-age=61'), Number.NaN)
  assert.equal(lasting('max-age=99999999999999999999'), 2 ** 31 * 1000)
  for (const bad of ['-1', '1.5', '1e3', '0x10', '"6 0"']) assert.equal(lasting(`max-age=${bad}`), Number.NaN, bad)
  assert.equal(lasting('s-maxage=1'), undefined)
})

const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9a-z-]+$/)
const quoted = fc.stringMatching(/^[ !#-[\]-~]*$/)

test('what is written as RFC 9111 has it is read as it was meant', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(token, quoted), { selector: ([name]) => name }), pairs => {
      const text = pairs.map(([name, value]) => `${name}="${value}"`).join(' ,\t')
      assert.deepEqual([...(directivesIn([text]) ?? [])], pairs)
    }),
  )
})

test('no text makes it throw', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), text => void directivesIn([text])))
})
