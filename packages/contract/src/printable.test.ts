import assert from 'node:assert/strict'
import { test } from 'node:test'
import { printable } from './printable.ts'

test('what a terminal would obey is shown as text', () => {
  assert.equal(printable('\x1b[2Jgone'), '\\u{1b}[2Jgone')
  assert.equal(printable('one\nline\x9b'), 'one\\u{a}line\\u{9b}')
  assert.equal(printable('nimda\u202eadmin'), 'nimda\\u{202e}admin')
})

test('words of any language stand as they came', () => {
  assert.equal(printable('Zoë, Ολυμπία, 山田 🚪'), 'Zoë, Ολυμπία, 山田 🚪')
})
