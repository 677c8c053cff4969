import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { seal, unseal } from './envelope.ts'

const key = createSecretKey(randomBytes(32))
const text = fc.string({ unit: 'binary' })

test('what is sealed opens with the same key and context, whatever it holds', () => {
  fc.assert(
    fc.property(text, text, (value, context) => {
      assert.equal(unseal(key, seal(key, value, context, randomBytes), context), value)
    }),
  )
})

test('the same value is never sealed the same way twice', () => {
  assert.notEqual(seal(key, 'value', 'a@1', randomBytes), seal(key, 'value', 'a@1', randomBytes))
})

test('another key or another context opens nothing', () => {
  const sealed = seal(key, 'value', 'a@1', randomBytes)
  assert.equal(unseal(createSecretKey(randomBytes(32)), sealed, 'a@1'), undefined)
  assert.equal(unseal(key, sealed, 'a@2'), undefined)
})

test('no other spelling of a sealed value opens: not one changed, added or missing character', () => {
  const sealed = seal(key, 'value', 'a@1', randomBytes)
  for (let i = 0; i < sealed.length; i++) {
    for (const other of ['A', 'B', '!', '=', '']) {
      const changed = `${sealed.slice(0, i)}${other}${sealed.slice(i + 1)}`
      if (changed !== sealed) assert.equal(unseal(key, changed, 'a@1'), undefined)
    }
  }
  for (const more of ['A', '=', '\n', ' ']) assert.equal(unseal(key, sealed + more, 'a@1'), undefined)
})

test('a shortened tag opens nothing', () => {
  const sealed = Buffer.from(seal(key, '', 'a@1', randomBytes), 'base64url')
  for (let length = 0; length < sealed.length; length++) {
    assert.equal(unseal(key, sealed.subarray(0, length).toString('base64url'), 'a@1'), undefined)
  }
})
