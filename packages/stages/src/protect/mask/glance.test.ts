import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '@sallyport/core'
import fc from 'fast-check'
import { mayHold } from './glance.ts'
import { maskWhole } from './masker.ts'
import { needlesOf } from './needles.ts'

function needlesFor(value: string) {
  const needles = needlesOf({ kind: 'query', name: 'key', value: new Secret(value) })
  assert.ok(needles)
  return needles
}

const secret = 'ghp_16C7e42F292c6912E710c838347Ae178B4a'
const needles = needlesFor(secret)
const seen = (text: string, by = needles) => mayHold(Buffer.from(text), by)

test('a text without escapes and without the beginning of a credential is handed on as it is, the same bytes', () => {
  const bytes = Buffer.from('{"name":"ghp_ of somebody else","next":"https://api.github.com/ghp_16C7e4_and"}')
  assert.equal(maskWhole(bytes, needles), bytes)
})

test('wherever a credential stands, raw or in Base64 of either alphabet, it is seen', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      assert.ok(seen(before + secret + after))
      const encoded = Buffer.from(before + secret + after)
      assert.ok(seen(encoded.toString('base64')))
      assert.ok(seen(encoded.toString('base64url')))
    }),
  )
})

test('a text in which anything is escaped is looked at closely', () => {
  for (const text of ['a\\nb', '100%', '\\u0067']) assert.ok(seen(text), text)
})

test('a credential is seen wherever it lies in a long text, also where two of the stretches meet that are looked through', () => {
  for (let before = 16_384 - secret.length - 8; before < 16_384 + 8; before++)
    assert.ok(seen('.'.repeat(before) + secret + '.'.repeat(20_000)), String(before))
  assert.equal(seen('.'.repeat(100_000)), false)
})

test('signs that mean something in patterns stand for themselves, and bytes beyond ASCII for what they are', () => {
  for (const value of ['(.*)[^a-z]+$|{2}?^', 'ключ-от-всех-дверей', '+/+/+/+/+/+/+/+/+/']) {
    const found = needlesFor(value)
    assert.ok(seen(`"${value}"`, found), value)
    assert.equal(seen('{"a":"aaaaaaaaaaaaaaaaaaaaaa"}', found), false, value)
  }
})
