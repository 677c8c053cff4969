import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { nearest } from './nearest.ts'

const keys = ['identify', 'authorize', 'limit', 'inspect', 'forward', 'protect', 'header', 'any', 'all', 'when', 'per']

const slips: readonly [written: string, meant: string | undefined][] = [
  ['identfy', 'identify'],
  ['identifiy', 'identify'],
  ['idnetify', 'identify'],
  ['indentify', 'identify'],
  ['authorise', 'authorize'],
  ['Authorize', 'authorize'],
  ['LIMITS', 'limit'],
  ['limt', 'limit'],
  ['wehn', 'when'],
  ['al', 'all'],
  ['perr', 'per'],
  ['x', undefined],
  ['', undefined],
  ['quota', undefined],
  ['constructor', undefined],
]

for (const [written, meant] of slips) {
  test(`for "${written}" ${meant === undefined ? 'nothing' : `"${meant}"`} is suggested`, () => {
    assert.equal(nearest(written, keys), meant)
  })
}

test('of several words equally near the first is suggested, and a nearer one before it', () => {
  assert.equal(nearest('rate', ['late', 'gate']), 'late')
  assert.equal(nearest('rates', ['later', 'rate']), 'rate')
})

test('a word that differs in case only is always found', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{1,12}$/), fc.array(fc.string()), (word, others) => {
      const found = nearest(word.toUpperCase(), [...others, word])
      assert.equal(found?.toLowerCase(), word)
    }),
  )
})

test('what is suggested is one of the allowed words', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.string()), (word, allowed) => {
      const found = nearest(word, allowed)
      assert.ok(found === undefined || allowed.includes(found))
    }),
  )
})
