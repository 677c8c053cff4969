import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { problemOf } from '../harness/problem.ts'

const schema = JSON.stringify({
  type: 'object',
  required: ['name'],
  properties: { name: { type: 'string', minLength: 2 }, age: { type: 'integer', minimum: 18 } },
})

async function start(t: Parameters<typeof startBackend>[0]) {
  const backend = await startBackend(t)
  const config = openYaml({ to: backend.url, api: ['inspect: { body: ./person.schema.json }'] })
  const gateway = await startGateway(t, config, { files: { 'person.schema.json': schema } })
  return { backend, gateway }
}

const post = (url: string, body: string | Uint8Array, headers: Record<string, string> = {}) =>
  fetch(`${url}/shop/people`, { method: 'POST', body, headers: { 'Content-Type': 'application/json', ...headers } })

test('a body that does not fit its schema is a 400 that says where, and the backend is not called', async t => {
  const { backend, gateway } = await start(t)
  const response = await post(gateway.url, '{"name":"x","age":17}')
  assert.equal(response.status, 400)
  const problem = await problemOf(response)
  assert.equal(problem.code, 'input-invalid')
  assert.equal(problem.stage, 'inspect')
  assert.deepEqual(Object.keys(problem.errors ?? {}).sort(), ['/age', '/name'])
  assert.equal(backend.received.length, 0)
})

test('a body that fits goes on byte for byte, coded as it came', async t => {
  const { backend, gateway } = await start(t)
  const plain = '{ "name": "Ann",  "age": 1.8e1 }'
  const coded = gzipSync(plain)
  assert.equal((await post(gateway.url, plain)).status, 200)
  assert.equal((await post(gateway.url, coded, { 'Content-Encoding': 'gzip' })).status, 200)
  const [first, second] = backend.received
  assert.equal(first?.body.toString(), plain)
  assert.deepEqual(second?.body, coded)
})

for (const [what, body, headers, status] of [
  ['no body', '', {}, 400],
  ['another media type', '<a/>', { 'Content-Type': 'application/xml' }, 415],
  ['no JSON', '{"name":', {}, 400],
  ['a member that stands twice', '{"name":"Ann","name":"x"}', {}, 400],
  ['a coding that is broken', 'xx', { 'Content-Encoding': 'gzip' }, 400],
  ['a coding that nobody knows', 'xx', { 'Content-Encoding': 'x-own' }, 415],
  ['two codings', gzipSync(gzipSync('{"name":"Ann"}')), { 'Content-Encoding': 'gzip, gzip' }, 415],
  [
    'a body that grows out of all proportion',
    gzipSync(Buffer.alloc(2 ** 24, ' ')),
    { 'Content-Encoding': 'gzip' },
    413,
  ],
] as const) {
  test(`${what} is refused where a schema must be fitted`, async t => {
    const { backend, gateway } = await start(t)
    assert.equal((await post(gateway.url, body, headers)).status, status)
    assert.equal(backend.received.length, 0)
  })
}
