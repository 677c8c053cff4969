import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Json, JsonError, readJson } from './json.ts'
import { PlacedJson } from './placed-json.ts'

/** Every value of a shape with the value that stands for it in what was read. */
function* pairs(shape: Json, value: Json): Generator<readonly [shape: Json, value: Json]> {
  yield [shape, value]
  if (typeof value !== 'object' || value === null || typeof shape !== 'object' || shape === null) return
  const below = Array.isArray(value) ? value.entries() : Object.entries(value)
  for (const [key, item] of below) yield* pairs(Reflect.get(shape, key), item)
}

test('each value is written where its place says, white space and escapes as they came', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(4), (json, space) => {
      const text = JSON.stringify(json, null, space)
      const placed = new PlacedJson(text)
      let count = 0
      for (const [shape, value] of pairs(placed.shape, readJson(text))) {
        const id = placed.idOf(shape)
        assert.deepEqual(readJson(placed.written(id)), value)
        const { from, at } = placed.place(id)
        if (from !== at) assert.match(text.slice(from, at), /^"(?:[^"\\]|\\.)*"\s*:\s*$/)
        count++
      }
      assert.throws(() => placed.place(count), RangeError)
    }),
  )
})

test('values know what stands around them', () => {
  const placed = new PlacedJson('{"a": [1, {"b": 2}], "c": 3}')
  assert.deepEqual(placed.shape, { a: [2, { b: 4 }], c: 5 })
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5].map(id => [placed.parent(id), placed.previous(id), placed.next(id), placed.isObject(id)]),
    [
      [undefined, undefined, undefined, true],
      [0, undefined, 5, false],
      [1, undefined, 3, false],
      [1, 2, undefined, true],
      [3, undefined, undefined, false],
      [0, 1, undefined, false],
    ],
  )
})

test('what readJson refuses is refused here', () => {
  for (const text of ['{"a":1,"\\u0061":2}', '{"a":1}x', '\ufeff1', '[1,]', '"\\ud800"', '1e999', '['.repeat(65)]) {
    assert.throws(() => readJson(text), JsonError, text)
    assert.throws(() => new PlacedJson(text), JsonError, text)
  }
})

test('more values than may be are refused', () => {
  assert.equal(new PlacedJson('[1,[2]]', { values: 4 }).steps, 4)
  assert.throws(() => new PlacedJson('[1,[2],3]', { values: 4 }), JsonError)
})
