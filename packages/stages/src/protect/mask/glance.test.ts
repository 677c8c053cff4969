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

test('what is too short to hold the rest of a credential is passed over', () => {
  assert.equal(seen(secret.slice(0, -1)), false)
})
