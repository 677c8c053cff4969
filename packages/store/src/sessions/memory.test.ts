import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sessionConformance } from '../conformance/sessions.ts'
import { memorySessions } from './memory.ts'

sessionConformance('memory', () => memorySessions(100))

test('memory keeps so many sessions at the most, and those that are there stay', () => {
  const store = memorySessions(1)
  const entry = { hash: 'a', user: 'ann', scopes: [], roles: [], claims: {}, begun: 0, seen: 0 }
  store.add(entry)
  assert.throws(() => store.add({ ...entry, hash: 'b' }), /the most that are kept/)
  assert.deepEqual(store.find('a'), entry)
})
