import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fingerprint } from './fingerprint.ts'

test('a fingerprint is 12 letters of the SHA-256', () => {
  assert.equal(fingerprint('abc'), 'ungWv48Bz-pB')
  assert.notEqual(fingerprint('abd'), fingerprint('abc'))
})
