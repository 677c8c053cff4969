import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Json, readJson } from '@sallyport/core'
import fc from 'fast-check'
import { BadSchema, compileSchema } from './body-schema.ts'
import { readPattern } from './pattern.ts'
import { Unjudgeable, Work } from './work.ts'

const fits = (schema: Json, value: Json) => compileSchema(schema, readPattern)(value, new Work())

const cases: readonly (readonly [schema: Json, good: Json[], bad: Json[]])[] = [
  [true, [1, null, {}], []],
  [false, [], [1, null, {}]],
  [{ type: 'object' }, [{}], [[], 'x', null, 1]],
  [{ type: ['string', 'null'] }, ['', null], [0, false]],
  [{ type: 'integer' }, [1, 1.0, -3], [1.5, '1']],
  [
    { const: { a: [1, { b: null }] } },
    [{ a: [1, { b: null }] }],
    [{ a: [1, {}] }, { a: [1] }, { a: [1, { b: null }], c: 1 }],
  ],
  [{ enum: ['open', 1] }, ['open', 1], ['closed', '1', true]],
  [{ type: 'object', properties: { state: { const: 'open' } } }, [{ state: 'open' }, {}], [{ state: 'closed' }]],
  [{ required: ['a'] }, [{ a: 1 }, 5], [{}, { b: 1 }]],
  [{ properties: { a: true }, additionalProperties: false }, [{ a: 1 }, {}], [{ b: 1 }, { a: 1, constructor: 1 }]],
  [{ additionalProperties: { type: 'string' } }, [{ x: 'y' }], [{ x: 1 }]],
  [{ items: { type: 'string' }, maxItems: 2, minItems: 1 }, [['a'], ['a', 'b']], [[], ['a', 1], ['a', 'b', 'c']]],
  [{ minimum: 1, maximum: 10 }, [1, 10, 'x'], [0.99, 10.01]],
  [{ minLength: 2, maxLength: 2 }, ['ab', '😀😀'], ['a', 'abc', '😀']],
  [{ pattern: 'b+' }, ['abc', 4], ['ac']],
  [{ anyOf: [{ const: 1 }, { const: 2 }] }, [1, 2], [3]],
  [{ allOf: [{ minimum: 1 }, { maximum: 2 }] }, [1, 2], [3, 0]],
  [{ not: { const: 1 } }, [2], [1]],
]

for (const [schema, good, bad] of cases) {
  test(`a body is judged by ${JSON.stringify(schema)}`, () => {
    for (const value of good) assert.equal(fits(schema, value), true, JSON.stringify(value))
    for (const value of bad) assert.equal(fits(schema, value), false, JSON.stringify(value))
  })
}

test('every other keyword refuses the schema, as do malformed ones', () => {
  const bad: Json[] = [
    ...['$ref', '$defs', 'if', 'format', 'title', 'oneOf', 'patternProperties', 'constructor'].map(name => ({
      [name]: {},
    })),
    ...[
      { type: 'text' },
      { type: [] },
      { enum: [] },
      { type: ['string', 'null', 'string'] },
      { required: 'a' },
      { required: ['a', 'b', 'a'] },
      { properties: [] },
      { minimum: '1' },
      { minItems: -1 },
    ],
    ...[{ anyOf: [] }, { not: 1 }, { const: 2 ** 53 }, 1, 'x', null, []],
  ]
  for (const schema of bad) assert.throws(() => compileSchema(schema, readPattern), BadSchema, JSON.stringify(schema))
})

test('a schema that nests or grows without end is refused', () => {
  let deep: Json = true
  for (let i = 0; i < 40; i++) deep = { not: deep }
  assert.throws(() => compileSchema(deep, readPattern), BadSchema)
  assert.throws(() => compileSchema({ anyOf: Array.from({ length: 300 }, () => true) }, readPattern), BadSchema)
})

test('a number that another reader may see otherwise is not judged, under `not` too', () => {
  const value = readJson('9007199254740993')
  for (const schema of [{ maximum: 5 }, { not: { maximum: 5 } }, { const: 9007199254740990 }, { type: 'integer' }]) {
    assert.throws(() => fits(schema, value), { name: 'Unjudgeable' })
  }
})

test('numbers are compared as doubles, whatever digits were written', () => {
  const body = readJson('1.00000000000000000001')
  assert.ok(fits({ maximum: 1 }, body))
  assert.ok(fits({ const: 1 }, body))
  assert.ok(fits({ maximum: 1 }, 1 - Number.EPSILON) && !fits({ maximum: 1 }, 1 + Number.EPSILON))
})

test('names in a list are work, so that many of them before many values refuse', () => {
  const names = Array.from({ length: 500 }, (_, i) => `n${i}`)
  const all = Object.fromEntries(names.map(name => [name, 0]))
  const bodies = Array.from({ length: 5_000 }, () => all)
  assert.throws(() => fits({ items: { required: names } }, bodies), { name: 'Unjudgeable' })
  assert.ok(fits({ items: { required: names } }, bodies.slice(0, 100)))
  const types = ['null', 'boolean', 'object', 'array', 'number', 'integer', 'string']
  const texts = Array.from({ length: 240_000 }, () => '')
  assert.throws(() => fits({ items: { type: types } }, texts), { name: 'Unjudgeable' })
  assert.ok(fits({ items: { type: 'string' } }, texts))
})

/** What a schema says; `unjudged` where it doesn't. */
function verdict(schema: Json, value: Json): boolean | 'unjudged' {
  try {
    return fits(schema, value)
  } catch (error) {
    assert.ok(error instanceof Unjudgeable)
    return 'unjudged'
  }
}

test('of a schema and its `not` exactly one holds, or neither is judged', () => {
  const schemas = cases.map(([schema]) => schema)
  fc.assert(
    fc.property(fc.constantFrom(...schemas), fc.jsonValue({ maxDepth: 3 }), (schema, value) => {
      const body = readJson(JSON.stringify(value))
      const said = verdict(schema, body)
      assert.equal(verdict({ not: schema }, body), said === 'unjudged' ? said : !said)
    }),
  )
})
