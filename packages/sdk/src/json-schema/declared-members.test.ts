import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { anonymous, anyone, api } from '../index.ts'
import { declaredMembers } from './declared-members.ts'

const keep = (schema: object, value: unknown) => {
  const only = declaredMembers({ ...schema })
  assert.ok(only)
  return JSON.parse(JSON.stringify(only(value)))
}
const string = { type: 'string' }
const named = { type: 'object', properties: { name: string } }

test('what is named by a class, or made by toJSON, is a member like others', () => {
  class Person {
    readonly secret = 1
    get name() {
      return 'ann'
    }
  }
  assert.deepEqual(keep(named, new Person()), { name: 'ann' })
  assert.deepEqual(keep(named, { toJSON: () => ({ name: 'ann', secret: 1 }) }), { name: 'ann' })
  assert.deepEqual(keep({ type: 'object', properties: { at: string } }, { at: new Date(0) }), {
    at: '1970-01-01T00:00:00.000Z',
  })
})

test('an object that is said to have no members has none, and so has a list without items', () => {
  assert.deepEqual(keep({ type: 'object' }, { a: 1 }), {})
  assert.deepEqual(keep({ type: 'object', properties: { list: { type: 'array' } } }, { list: [1, { a: 1 }] }), {
    list: [],
  })
})

test('a member called as a keyword is a member', () => {
  const properties = { default: named, const: named, properties: named, additionalProperties: named }
  const value = { name: 'a', secret: 1 }
  const all = { default: value, const: value, properties: value, additionalProperties: value, enum: value }
  const kept = { name: 'a' }
  assert.deepEqual(keep({ type: 'object', properties, additionalProperties: false }, all), {
    default: kept,
    const: kept,
    properties: kept,
    additionalProperties: kept,
  })
})

test('what no part of a schema speaks of is a fault, not an answer', () => {
  const only = declaredMembers({ type: 'object', properties: { a: string } })
  assert.throws(() => only?.({ a: { b: 1 } }), /its JSON Schema has no object where one is given/)
  assert.throws(() => only?.([]), /no array/)
  const either = declaredMembers({ anyOf: [{ ...named, required: ['name'] }, string] })
  assert.throws(() => either?.({ other: 1 }), /no object/)
})

test('a reference that leads nowhere or round in a circle, and names by patterns, are no declaration', () => {
  const circle = { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } }, ...named }
  assert.throws(() => keep(circle, {}), /refers to itself/)
  assert.throws(() => keep({ $ref: 'https://else.example/x', ...named }, {}), /which isn't there/)
  assert.throws(() => keep({ ...named, patternProperties: { '^x': {} } }, {}), /patternProperties/)
})

test('a library that leaves nothing undeclared in itself is left to do so', () => {
  const item = z.object({ name: z.string(), more: z.array(z.record(z.string(), z.object({ a: z.unknown() }))) })
  assert.equal(declaredMembers(z.toJSONSchema(item, { io: 'output' })), undefined)
})

test('a response of which nobody can tell what leaves is refused where it is written', () => {
  const open = { identify: anonymous, authorize: anyone } as const
  const response = z.string().transform(text => ({ text }))
  assert.throws(
    () => api('GET /it', { ...open, response }, () => 'a'),
    /^TypeError: GET \/it: response: Transforms cannot/,
  )
  const responses = { 404: response }
  assert.throws(() => api('GET /it', { ...open, responses }, () => undefined), /^TypeError: GET \/it: responses\.404: /)
})
