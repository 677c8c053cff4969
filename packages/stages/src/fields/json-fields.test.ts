import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Json, readJson } from '@sallyport/core'
import fc from 'fast-check'
import { edited } from '../edits.ts'
import { canonicalFields } from './canonical-fields.ts'
import { fieldsAt, outermost } from './json-fields.ts'

test('what a path leads to is found as it is written, whatever stands around it', () => {
  const text =
    '{ "a" : [ 1.0 , {"b":"x\\"]}" } ],\n "\\u0061\'\\\\": {"b" : 12345678901234567890 }, "__proto__": {"b":null} }'
  const fields = fieldsAt(['$..b', '$.a[0]'])(text)
  assert.deepEqual(
    fields.map(({ path, written }) => [path, written]),
    [
      ["$['a'][0]", '1.0'],
      ["$['a'][1]['b']", '"x\\"]}"'],
      ["$['a\\'\\\\']['b']", '12345678901234567890'],
      ["$['__proto__']['b']", 'null'],
    ],
  )
})

test('a value that stands in a chosen one is part of it', () => {
  const fields = outermost(fieldsAt(['$..*'])('{"a":{"b":[1]},"c":2}'))
  assert.deepEqual(
    fields.map(({ written }) => written),
    ['{"b":[1]}', '2'],
  )
})

test('whatever the text, each value stands where it is found, and written back it changes nothing', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), fc.constantFrom(undefined, 1, '\t '), (json, space) => {
      const text = JSON.stringify(JSON.parse(json), undefined, space)
      const every: { path: string; value: Json }[] = []
      const fields = fieldsAt(['$', '$..*'])(text)
      for (const { path, written } of fields) every.push({ path, value: readJson(written) })
      assert.deepEqual(every[0], { path: '$', value: readJson(text) })
      const changes = outermost(fields.slice(1)).map(({ at, to, written }) => ({ from: at, to, text: written }))
      assert.equal(edited(text, changes), text)
    }),
  )
})

for (const path of [
  '',
  'a',
  '$.',
  '$[?match(@.a, "(a*)*b")]',
  '$..[?search(@, "x")]',
  '$..a..b',
  '$[?@.a && @.b && @.c]',
]) {
  test(`${JSON.stringify(path)} is not taken`, () => assert.throws(() => fieldsAt([path]), TypeError))
}

test('a text in which too much is chosen is refused', () => {
  assert.throws(() => fieldsAt(['$[*]'])(`[${'1,'.repeat(10_001)}1]`), { name: 'TooManyFields' })
})

test('a text of many million characters is stepped over like any other', () => {
  const long = `"${'x'.repeat(12_000_000)}"`
  const text = `{"long":${long},"\\u0062\\"":[7]}`
  const [field] = fieldsAt(["$['b\"'][0]"])(text)
  assert.equal(field?.written, '7')
  const canonical = canonicalFields(Buffer.from(text), fieldsAt(['$.long']))
  assert.equal(canonical, `{"$['long']":${long}}`)
})
