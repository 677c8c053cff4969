import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { refererTest } from './referer.ts'

const matching: readonly (readonly [pattern: string, referer: string])[] = [
  ['https://shop.example/*', 'https://shop.example/a?b#c'],
  ['https://Shop.example:443/*', 'https://shop.example/'],
  ['https://shop.example:8443/*', 'https://shop.example:8443/'],
  ['shop.example/*', 'http://shop.example/'],
  ['*.Shop.example/*', 'https://a.b.shop.example/'],
  ['https://shop.example/cart', 'https://SHOP.example/cart#top'],
  ['https://shop.example', 'https://shop.example/'],
]

const other: readonly (readonly [pattern: string, referer: string])[] = [
  ['https://shop.example/*', 'http://shop.example/'],
  ['https://shop.example/*', 'https://shop.example.evil.example/'],
  ['https://shop.example/*', 'https://shop.example@evil.example/'],
  ['shop.example/*', 'https://evilshop.example/'],
  ['shop.example/*', 'ftp://shop.example/'],
  ['*.shop.example/*', 'https://shop.example/'],
  ['*.shop.example/*', 'https://evil.example/.shop.example/'],
  ['https://shop.example/cart', 'https://shop.example/cart?x'],
  ['https://shop.example/cart', 'https://shop.example/cart/'],
]

test('a referer matches by its parsed origin or host, never by how its text begins or ends', () => {
  for (const [pattern, referer] of matching)
    assert.equal(refererTest(pattern)?.(referer), true, `${pattern} ${referer}`)
  for (const [pattern, referer] of other) assert.equal(refererTest(pattern)?.(referer), false, `${pattern} ${referer}`)
})

for (const pattern of [
  '',
  '*',
  '/*',
  '*/*',
  'https://*/*',
  'https://*.a/*',
  'https://a/b/*',
  'shop',
  'a b/*',
  'ftp://a/*',
]) {
  test(`a pattern that says nothing certain is none: ${JSON.stringify(pattern)}`, () => {
    assert.equal(refererTest(pattern), undefined)
  })
}

test('whatever a client sends as its referer, judging it never throws', () => {
  const tests = matching.flatMap(([pattern]) => refererTest(pattern) ?? [])
  const text = fc.oneof(fc.webUrl(), fc.string({ unit: fc.constantFrom(...'htps:/.*@[]%\\ \u0000a') }))
  fc.assert(
    fc.property(text, referer => {
      for (const one of tests) assert.equal(typeof one(referer), 'boolean')
    }),
  )
})
