import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describe } from './description.ts'

const operation = {
  parameters: [
    { name: 'id', in: 'path', required: true, schema: { $ref: '#/components/schemas/Id' } },
    { name: 'q', in: 'query', schema: { type: 'string' } },
    { name: 'size', in: 'query', allowEmptyValue: true, schema: { type: 'integer' } },
    { name: 'X-Level', in: 'header', schema: { enum: ['low', 'high'] } },
  ],
  requestBody: {
    content: {
      'application/json': {
        schema: { type: 'object', properties: { id: { type: 'integer' }, at: { type: 'string', format: 'date' } } },
      },
      'application/x-www-form-urlencoded': {
        schema: { type: 'object', properties: { id: { type: 'integer' }, at: { type: 'string' } } },
      },
    },
  },
}
const root = {
  openapi: '3.1.0',
  paths: { '/a/{id}': { post: operation } },
  components: { schemas: { Id: { type: 'string', format: 'uuid' } } },
}

const { pins } = describe(root)
  .operation(['paths', '/a/{id}', 'post'], name => name)
  .request()

for (const [place, at, pinned] of [
  ['path', 'id', true],
  ['query', 'q', false],
  ['query', 'size', false],
  ['query', 'unknown', false],
  ['header', 'x-level', true],
  ['body', '/id', true],
  ['body', '/at', false],
  ['body', '/more', false],
] as const) {
  test(`a document ${pinned ? 'pins' : 'does not pin'} ${at} in the ${place}`, () => {
    assert.equal(pins({ in: place, at }), pinned)
  })
}
