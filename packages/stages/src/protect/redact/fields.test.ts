import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldsOfKnown, keptPrivate } from './fields.ts'

const control = (...values: readonly string[]) =>
  keptPrivate(['ETag', '"x"', ...values.flatMap(value => ['cache-control', value])])

for (const [values, left] of [
  [[], 'private'],
  [['public, max-age=60'], 'private, max-age=60'],
  [['Public', 's-maxage=10, no-transform'], 'private, no-transform'],
  [['private="a, public", no-cache="b, c"'], 'private, no-cache="b, c"'],
  [['max-age=1, private'], 'private, max-age=1'],
  [['no-store'], 'private, no-store'],
  [['x="unended, public'], 'private, x="unended, public'],
] as const) {
  test(`Cache-Control ${JSON.stringify(values)} lets no shared cache keep the answer`, () => {
    assert.deepEqual(control(...values), ['ETag', '"x"', 'Cache-Control', left])
  })
}

test('a 304 has no fields of a body', () => {
  const headers = [
    'Content-Type',
    'a/b',
    'Content-Location',
    '/x',
    'Content-Language',
    'de',
    'ETag',
    'W/"x"',
    'Vary',
    'Accept',
  ]
  assert.deepEqual(fieldsOfKnown(headers), ['Content-Location', '/x', 'ETag', 'W/"x"', 'Vary', 'Accept'])
})

test('a field of many directives, or of none that ends, is read in proportion to its length', () => {
  for (const value of ['a,'.repeat(30_000), '"a,'.repeat(20_000), '\\"'.repeat(30_000)])
    assert.ok(control(value).length === 4)
})
