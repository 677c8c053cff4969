import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Registry } from './registry.ts'

test('what is found under its id is the thing that was made first', () => {
  const registry = new Registry<object>()
  const made = registry.get('a', () => ({}))
  assert.equal(
    registry.get('a', () => assert.fail()),
    made,
  )
})

test('what nobody names any more is forgotten, all else is kept', () => {
  const registry = new Registry<object>()
  const [a, b] = [registry.get('a', () => ({})), registry.get('b', () => ({}))]
  registry.keepOnly(new Set(['b', 'c']))
  assert.notEqual(
    registry.get('a', () => ({})),
    a,
  )
  assert.equal(
    registry.get('b', () => assert.fail()),
    b,
  )
})
