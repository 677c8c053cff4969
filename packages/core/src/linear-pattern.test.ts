import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BadPattern, linearTest } from './linear-pattern.ts'

for (const [pattern, construct] of [
  ['^(?=.*[a-z])a', 'look-ahead (?='],
  ['(?!a)b', 'negative look-ahead (?!'],
  ['(a)\\1', 'a back-reference'],
  ['^a{1,5000}$', 'a count above 1000'],
  ['(', 'missing'],
] as const) {
  test(`${pattern} is refused, naming ${construct}`, () => {
    assert.throws(
      () => linearTest(pattern),
      error => error instanceof BadPattern && error.message.includes(construct),
    )
  })
}

const patterns = [
  '^\\u00e9$',
  '^.$',
  '^\\S+$',
  '^\\s$',
  '^[\\s-]+$',
  '^[^\\s]$',
  '^[a-z.]+$',
  '^a\\/b$',
  '^\\w+\\.\\d$',
  '[[]',
  '\\.',
  '^(?<year>\\d{4})$',
]
const characters = fc.constantFrom(...'aé.[]/- \n\r\t\u00a0\u2028\ufeff1'.split(''))
const texts = fc.string({ unit: characters, maxLength: 5 })

for (const pattern of patterns) {
  test(`${pattern} means what it means in ECMAScript`, () => {
    const here = linearTest(pattern)
    const there = new RegExp(pattern, 'u')
    fc.assert(fc.property(texts, text => here(text) === there.test(text)))
  })
}
