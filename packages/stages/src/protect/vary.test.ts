import assert from 'node:assert/strict'
import { test } from 'node:test'
import { varyingBy } from './vary.ts'

test('Vary names a field beside those that it names already, once', () => {
  assert.deepEqual(varyingBy(['A', 'b'], 'Origin'), ['A', 'b', 'Vary', 'Origin'])
  const two = ['Vary', 'Accept', 'A', 'b', 'vary', 'Accept-Encoding']
  assert.deepEqual(varyingBy(two, 'Origin'), ['A', 'b', 'Vary', 'Accept, Accept-Encoding, Origin'])
  for (const enough of ['*', 'Accept, origin', 'ORIGIN'])
    assert.deepEqual(varyingBy(['Vary', enough], 'Origin'), ['Vary', enough])
})
