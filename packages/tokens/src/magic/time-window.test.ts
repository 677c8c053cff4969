import assert from 'node:assert/strict'
import { test } from 'node:test'
import { windowOf } from './testing/constraints.ts'

test('a zone has one formatter, however many tokens name it and however they spell it', t => {
  const made = t.mock.method(Intl, 'DateTimeFormat')
  const spellings = ['Pacific/Chatham', 'pacific/chatham', 'PACIFIC/CHATHAM', 'Pacific/chatham']
  const windows = Array.from({ length: 40 }, (_, i) => windowOf({ zone: spellings[i % 4] ?? '', from: '09:00' }))
  assert.equal(made.mock.callCount(), 1)
  for (const isTime of windows) {
    assert.ok(isTime(Date.parse('2026-07-14T20:15:00Z')))
    assert.ok(!isTime(Date.parse('2026-07-14T20:14:00Z')))
  }
})
