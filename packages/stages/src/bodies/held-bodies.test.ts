import assert from 'node:assert/strict'
import test from 'node:test'
import { Problem } from '@sallyport/core'
import { HeldBodies } from './held-bodies.ts'

const isOverloaded = (error: unknown) => error instanceof Problem && error.code === 'overloaded'

test('bodies share one bound, whoever sends them in however many pieces', () => {
  const held = new HeldBodies(10)
  const [one, other] = ['one', 'other']
  held.add(one, 4)
  held.add(one, 4)
  held.add(other, 2)
  assert.throws(() => held.add(other, 1), isOverloaded)
})

test('a call that is over gives its room back, once, and no other call’s', () => {
  const held = new HeldBodies(10)
  const [one, other] = ['one', 'other']
  held.add(one, 6)
  held.add(other, 4)
  held.release(one)
  held.release(one)
  held.release('a third')
  held.add('a fourth', 6)
  assert.throws(() => held.add(other, 1), isOverloaded)
})
