import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { csrfTokens } from './token.ts'

const random = () => randomBytes(16).toString('hex')
const tokens = csrfTokens({ key: Buffer.alloc(32, 1), former: [] }, 3600, random)
const now = Date.UTC(2026, 0, 15, 12)

test('a token is good for its bearer until half its time, then stale, and expired when that is over', () => {
  const token = tokens.make('alice', now)
  for (const [ms, standing] of [
    [0, 'good'],
    [1_799_999, 'good'],
    [1_800_000, 'stale'],
    [3_599_999, 'stale'],
    [3_600_000, 'expired'],
  ] as const)
    assert.equal(tokens.judge(token, 'alice', now + ms), standing, String(ms))
})

test('no two tokens are alike', () => {
  assert.notEqual(tokens.make('alice', now), tokens.make('alice', now))
})

test('a token is forged for any other bearer, and under any other key', () => {
  const others = csrfTokens({ key: Buffer.alloc(32, 2), former: [] }, 3600, random)
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      const token = tokens.make(one, now)
      assert.equal(tokens.judge(token, other, now), one === other ? 'good' : 'forged')
      assert.equal(others.judge(token, one, now), 'forged')
    }),
  )
})

test('whatever is changed in a token, it is forged', () => {
  fc.assert(
    fc.property(fc.nat(), fc.string({ minLength: 0, maxLength: 3, unit: 'grapheme' }), (at, put) => {
      const token = tokens.make('alice', now)
      const i = at % token.length
      const changed = token.slice(0, i) + put + token.slice(i + 1)
      if (changed !== token) assert.equal(tokens.judge(changed, 'alice', now), 'forged')
    }),
  )
})

test('a token that ends later than it says is forged', () => {
  const [ends = '', ...rest] = tokens.make('alice', now).split('.')
  assert.equal(tokens.judge([String(Number(ends) + 3600), ...rest].join('.'), 'alice', now), 'forged')
  assert.equal(tokens.judge([`0${ends}`, ...rest].join('.'), 'alice', now), 'forged')
})

test('a token of a former key is good, and of a key that was never in use it is forged', () => {
  const [old, other] = [Buffer.alloc(32, 2), Buffer.alloc(32, 3)]
  const made = csrfTokens({ key: old, former: [] }, 3600, random).make('alice', now)
  assert.equal(
    csrfTokens({ key: Buffer.alloc(32, 1), former: [other, old] }, 3600, random).judge(made, 'alice', now),
    'good',
  )
  assert.equal(
    csrfTokens({ key: Buffer.alloc(32, 1), former: [other] }, 3600, random).judge(made, 'alice', now),
    'forged',
  )
})
