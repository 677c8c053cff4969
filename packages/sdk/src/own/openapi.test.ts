import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { anonymous, anyone, api, apiKey, app } from '../index.ts'

const operations = [api('GET /items', { identify: anonymous, authorize: anyone }, () => undefined)]
const served = z.looseObject({ paths: z.record(z.string(), z.unknown()), servers: z.array(z.unknown()).optional() })
const get = (path: string, headers: Record<string, string> = {}) => new Request(`http://localhost${path}`, { headers })

test('the document is served only where that was asked for', async () => {
  const { fetch } = await app({ operations })
  assert.equal((await fetch(get('/openapi.json'))).status, 404)
})

test('the document that is served is that of the application, and tells nothing of what the application says of itself', async () => {
  const { fetch, openapi } = await app({ operations, openapi: 'public', health: 'public', url: 'https://shop.test' })
  const response = await fetch(get('/openapi.json'))
  assert.equal(response.headers.get('content-type'), 'application/json')
  const document = served.parse(await response.json())
  assert.deepEqual(document, openapi)
  assert.deepEqual(Object.keys(document.paths), ['/items'])
  assert.deepEqual(document.servers, [{ url: 'https://shop.test' }])
})

test('who may not have the document is refused', async () => {
  const key = 'sk-0123456789abcdefghij'
  const identify = apiKey({ keys: [{ id: 'docs', key }] })
  const { fetch } = await app({ operations, openapi: { identify, authorize: anyone } })
  assert.equal((await fetch(get('/openapi.json'))).status, 401)
  assert.equal((await fetch(get('/openapi.json', { 'X-API-Key': key }))).status, 200)
})

test('an operation at the place of the document does not start beside it', async () => {
  const own = api('GET /openapi.json', { identify: anonymous, authorize: anyone }, () => undefined)
  await assert.rejects(app({ operations: [own], openapi: 'public' }), /GET \/openapi\.json stands twice/)
})
