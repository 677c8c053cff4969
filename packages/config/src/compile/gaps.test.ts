import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfiguration } from '../load.ts'

const openapi =
  'openapi: 3.1.0\ninfo: { title: Shop, version: "1" }\npaths: { /a: { get: {} }, /b: { get: {}, put: {} } }'

/** What is said of an API with these members: mistakes, or warnings where there are none. */
async function saidOf(api: object): Promise<readonly string[]> {
  const files: Readonly<Record<string, string>> = {
    '/sallyport.yaml': JSON.stringify({ sallyport: 1, apis: { shop: { path: '/shop', ...api } } }),
    '/openapi.yaml': openapi,
  }
  const { result, warnings } = await loadConfiguration(['/sallyport.yaml'], {
    env: {},
    jwks: {},
    readFile: async path => files[path] ?? assert.fail(`no file ${path}`),
    secret: async () => undefined,
  })
  const said = 'mistakes' in result ? result.mistakes : warnings
  return said.map(({ path, message }) => `${path}: ${message.split(' (')[0]}`)
}

const forward = { to: 'http://127.0.0.1:1' }
const limit = { calls: { allow: '1/day', per: 'ip' } }
const open = { identify: 'anonymous', authorize: 'anyone', forward, limit }

test('what all operations of a document lack is told once', async () => {
  assert.deepEqual(await saidOf({ openapi: './openapi.yaml' }), [
    'apis.shop: GET /a and 2 more have no identify: who may call is not said',
    'apis.shop: GET /a and 2 more have no authorize: what callers need is not said',
    'apis.shop: GET /a and 2 more have no forward: nobody answers',
  ])
})

test('what a written operation lacks is told at its place', async () => {
  const operations = { 'GET /a': { authorize: 'anyone' }, 'PUT /b': {} }
  assert.deepEqual(await saidOf({ identify: 'anonymous', forward, operations }), [
    'apis.shop.operations["PUT /b"]: PUT /b has no authorize: what callers need is not said',
  ])
})

test('a parameter written as other routers have it is warned of: it is matched as it stands', async () => {
  assert.deepEqual(await saidOf({ ...open, operations: { 'GET /a/:id': {}, 'GET /a/{id}:cancel': {} } }), [
    'apis.shop.operations["GET /a/:id"]: GET /a/:id: ":id" is taken as it stands; a parameter is {id}',
  ])
})
