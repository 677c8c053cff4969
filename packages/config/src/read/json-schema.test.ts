import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { jsonSchemaOf } from './json-schema.ts'

const reference = { type: 'string', pattern: '\\$\\{.+\\}' }

test('the JSON Schema says what may be written, before any transform', () => {
  const schema = z.strictObject({ name: z.string(), size: z.string().transform(Number).optional() })
  assert.deepEqual(jsonSchemaOf(schema), {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: { name: { type: 'string' }, size: { type: 'string' } },
    required: ['name'],
    additionalProperties: false,
  })
})

test('a reference may stand where a number, a switch, a listed value or a text of a certain form is wanted', () => {
  const schema = z.strictObject({
    port: z.int().min(1).max(9).describe('the port'),
    on: z.boolean().default(false),
    per: z.enum(['user', 'key']),
    rate: z.string().regex(/^\d$/),
  })
  assert.deepEqual(jsonSchemaOf(schema).properties, {
    port: { description: 'the port', anyOf: [{ type: 'integer', minimum: 1, maximum: 9 }, reference] },
    on: { default: false, anyOf: [{ type: 'boolean' }, reference] },
    per: { anyOf: [{ type: 'string', enum: ['user', 'key'] }, reference] },
    rate: { anyOf: [{ type: 'string', pattern: '^\\d$' }, reference] },
  })
})

test('what must fit two schemas may have the keys of both', () => {
  const kind = z.union([z.string(), z.strictObject({ file: z.string() })])
  const { allOf } = jsonSchemaOf(z.intersection(z.strictObject({ mode: z.literal('shadow') }), kind))
  const file = { type: 'object', properties: { file: { type: 'string' } }, required: ['file'] }
  assert.deepEqual(allOf, [
    { type: 'object', properties: { mode: { type: 'string', const: 'shadow' } }, required: ['mode'] },
    { anyOf: [{ type: 'string' }, file] },
  ])
})

test('a schema that refers to itself has a JSON Schema too', () => {
  const method: z.ZodType = z.lazy(() => z.union([z.string(), z.strictObject({ any: z.array(method) })]))
  assert.match(JSON.stringify(jsonSchemaOf(z.strictObject({ method }))), /"\$ref":"#\/\$defs\//)
})
