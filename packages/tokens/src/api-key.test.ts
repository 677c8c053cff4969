import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { hashKey, matchesKeyHash, newApiKey, readApiKey } from './api-key.ts'

test('a new key has its id, 256 bits and a checksum in it, and shows itself only on demand', () => {
  const { id, key, hash } = newApiKey(randomBytes)
  const text = key.reveal()
  assert.match(text, /^sp_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}$/)
  assert.ok(text.startsWith(`sp_${id}_`))
  assert.match(hash, /^sha256:[\w-]{43}$/)
  assert.deepEqual(readApiKey(text), { id })
  assert.equal(matchesKeyHash(text, hash), true)
  assert.ok(!inspect({ id, key, hash }).includes(text))
})

test('all zeros and all ones still make keys of full length, and random ones differ', () => {
  for (const fill of [0, 255]) {
    const { id, key } = newApiKey(count => new Uint8Array(count).fill(fill))
    assert.equal(key.reveal().length, 61)
    assert.deepEqual(readApiKey(key.reveal()), { id })
  }
  const keys = Array.from({ length: 100 }, () => newApiKey(randomBytes))
  assert.equal(new Set(keys.map(({ key }) => key.reveal())).size, 100)
  assert.equal(new Set(keys.map(({ id }) => id)).size, 100)
})

test('a key in which a letter was changed is malformed, without asking anybody', () => {
  const text = newApiKey(randomBytes).key.reveal()
  const letter = fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-. \né', '')
  fc.assert(
    fc.property(fc.nat(text.length - 1), letter, (at, replacement) => {
      fc.pre(text[at] !== replacement)
      assert.equal(readApiKey(text.slice(0, at) + replacement + text.slice(at + 1)), 'malformed')
    }),
    { numRuns: 500 },
  )
})

test('what is no key of ours is malformed', () => {
  const text = newApiKey(randomBytes).key.reveal()
  for (const other of [
    '',
    'sp_',
    ` ${text}`,
    `${text}\n`,
    text.toUpperCase(),
    text.replace('sp_', 'ghp_'),
    'sk_live_abc',
  ]) {
    assert.equal(readApiKey(other), 'malformed')
  }
})

test('only the key itself matches its hash, and a hash of another form matches nothing', () => {
  const { key, hash } = newApiKey(randomBytes)
  const text = key.reveal()
  assert.equal(matchesKeyHash(`${text} `, hash), false)
  for (const other of [
    '',
    text,
    hash.slice(7),
    hash.toUpperCase(),
    `${hash}=`,
    `md5:${hash.slice(7)}`,
    'sha256:',
    `sha256:${'A'.repeat(43)}`,
  ]) {
    assert.equal(matchesKeyHash(text, other), false)
  }
})

test('a key that was made elsewhere can be kept as a hash too', () => {
  const hash = hashKey('abc')
  assert.equal(hash, 'sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0')
  assert.equal(matchesKeyHash('abc', hash), true)
})
