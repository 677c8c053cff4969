import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import type { Node } from '../json-schema/node.ts'
import { componentsWith } from './hoisted.ts'

/** What schemas come to as parts of a document. */
function embedded(...roots: readonly Node[]) {
  const components = componentsWith({ Problem: { type: 'object' } })
  const parts = roots.map(root => components.embed(root))
  return { parts, schemas: components.schemas() }
}

const to = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const list = (of: Node) => ({ type: 'array', items: of })

test('a schema that refers to itself refers to a component', () => {
  const tree = { title: 'Tree', properties: { kids: list({ $ref: '#' }) } }
  const kept = { title: 'Tree', properties: { kids: list(to('Tree')) } }
  assert.deepEqual(embedded(tree), { parts: [kept], schemas: { Problem: { type: 'object' }, Tree: kept } })
})

test('definitions that refer to each other are components that do', () => {
  const $defs = { a: { anyOf: [{ $ref: '#/$defs/b~1c' }, { type: 'null' }] }, 'b/c': list({ $ref: '#/$defs/a' }) }
  const { parts, schemas } = embedded({ $ref: '#/$defs/a', $defs })
  assert.deepEqual(parts, [to('a')])
  assert.deepEqual(schemas.a, { anyOf: [to('Schema'), { type: 'null' }] })
  assert.deepEqual(schemas.Schema, list(to('a')))
})

test('names are taken once: another schema of the same name gets one of its own, and the same schema the same', () => {
  const item = (type: string) => ({ $ref: '#/$defs/Item', $defs: { Item: { type } } })
  const problem = { $ref: '#/$defs/Problem', $defs: { Problem: { type: 'number' } } }
  const { parts, schemas } = embedded(item('string'), item('number'), item('string'), problem)
  assert.deepEqual(parts, [to('Item'), to('Item_2'), to('Item'), to('Problem_2')])
  const [Item, Item_2, Problem_2] = [{ type: 'string' }, { type: 'number' }, { type: 'number' }]
  assert.deepEqual(schemas, { Problem: { type: 'object' }, Item, Item_2, Problem_2 })
})

test('definitions that look alike but lead elsewhere are two', () => {
  const a = (type: string) => ({ $ref: '#/$defs/a', $defs: { a: list({ $ref: '#/$defs/b' }), b: { type } } })
  const { parts } = embedded(a('string'), a('number'))
  assert.deepEqual(parts, [to('a'), to('a_2')])
})

test('values and members that are called as keywords are left as they are', () => {
  const value = { $ref: '#/no', $defs: 1 }
  const properties = {
    $ref: { const: value },
    $defs: { enum: [value] },
    default: { default: value, examples: [value] },
  }
  const { parts } = embedded({ properties })
  assert.deepEqual(parts, [{ properties }])
})

test('a reference that leads nowhere is no part of a document, and one to elsewhere stays', () => {
  assert.throws(() => embedded({ $ref: '#/$defs/a' }), /refers to #\/\$defs\/a, which isn't there/)
  const elsewhere = { $ref: 'https://schemas.test/item' }
  assert.deepEqual(embedded(elsewhere).parts, [elsewhere])
  const own = { $id: 'https://schemas.test/tree', properties: { kid: { $ref: '#' } } }
  assert.deepEqual(embedded(own).parts, [own])
})

test('what zod gives of schemas that name each other has all its parts', () => {
  const person = z.object({
    name: z.string(),
    get team() {
      return team.nullable()
    },
  })
  const team = z.object({ members: z.array(person) }).meta({ id: 'Team' })
  const { $schema: _, ...root } = z.toJSONSchema(z.object({ one: person, all: z.array(team) }))
  const text = JSON.stringify(embedded(root))
  const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference)
  assert.ok(references.length > 2)
  for (const reference of references)
    assert.match(reference ?? '', /^#\/components\/schemas\/(?:Team|Schema|__schema0)$/)
  assert.doesNotMatch(text, /\$defs/)
})
