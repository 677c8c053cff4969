import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '@sallyport/core'
import { isPinned } from './pinned.ts'

const schema: Json = {
  type: 'object',
  properties: {
    id: { type: 'string', format: 'uuid' },
    age: { type: ['integer', 'null'] },
    kind: { enum: ['a', 'b'] },
    name: { type: 'string' },
    mail: { type: 'string', format: 'email' },
    loose: { type: ['integer', 'string'], format: 'date' },
    'a/b': { const: 1 },
    dates: { type: 'array', items: { type: 'string', format: 'date' } },
    either: { oneOf: [{ type: 'integer' }, { type: 'boolean' }] },
    other: { anyOf: [{ type: 'integer' }, { type: 'string' }] },
    both: { allOf: [{ type: 'string' }, { enum: ['x'] }] },
    self: { $ref: '#' },
    map: { type: 'object', additionalProperties: { type: 'integer' } },
    circle: { $ref: '#circle' },
    itemsOfAnything: { items: { type: 'integer' } },
    membersOfAnything: { additionalProperties: { type: 'integer' } },
    numbered: { type: 'object', properties: { 0: { type: 'integer' } }, items: { type: 'string' } },
  },
}

const follow = (reference: string): Json | undefined =>
  reference === '#'
    ? schema
    : reference === '#circle'
      ? { anyOf: [{ $ref: '#circle' }, { $ref: '#circle' }] }
      : undefined

for (const place of [
  '/id',
  '/age',
  '/kind',
  '/a~1b',
  '/dates/7',
  '/either',
  '/both',
  '/self/self/kind',
  '/map/x',
  '/map/0',
  '/numbered/0',
]) {
  test(`${place} is pinned`, () => assert.equal(isPinned(schema, place, follow), true))
}

for (const place of [
  '',
  '/name',
  '/mail',
  '/loose',
  '/other',
  '/unknown',
  '/dates',
  '/self/name',
  '/circle',
  '/constructor',
  // An object with the member 0, and an array, which neither of them says anything about.
  '/itemsOfAnything/0',
  '/membersOfAnything/0',
]) {
  test(`${place === '' ? 'the whole' : place} is not pinned`, () =>
    assert.equal(isPinned(schema, place, follow), false))
}
