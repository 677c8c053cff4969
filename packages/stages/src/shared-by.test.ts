import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sharedBy } from './shared-by.ts'

test('the same parts in the same order have one value', () => {
  const pairOf = sharedBy((first: unknown, second: unknown) => [first, second])
  const [a, b] = [{}, {}]
  assert.equal(pairOf(a, b), pairOf(a, b))
  assert.deepEqual(pairOf(a, b), [a, b])
})

test('parts that are equal but not the same, or in another order, have values of their own', () => {
  const pairOf = sharedBy((first: unknown, second: unknown) => [first, second])
  const [a, b] = [{}, {}]
  assert.notEqual(pairOf(a, b), pairOf(a, {}))
  assert.notEqual(pairOf(a, b), pairOf(b, a))
})

test('a value of undefined is made once too', () => {
  let made = 0
  const nothingOf = sharedBy((_: object) => void made++)
  const part = {}
  nothingOf(part)
  nothingOf(part)
  assert.equal(made, 1)
})
