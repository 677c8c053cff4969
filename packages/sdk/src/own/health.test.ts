import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anonymous, anyone, api, apiKey, app } from '../index.ts'

const operations = [api('GET /', { identify: anonymous, authorize: anyone }, () => undefined)]
const get = async (fetch: (request: Request) => Promise<Response>, path: string) => {
  const response = await fetch(new Request(`http://localhost${path}`))
  return { status: response.status, body: await response.json() }
}

test('an application tells how it is only where that was asked for', async () => {
  const { fetch } = await app({ operations })
  assert.equal((await get(fetch, '/healthz')).status, 404)
})

test('whoever may know is told that it is healthy and ready', async () => {
  const { fetch } = await app({ operations, health: 'public' })
  assert.deepEqual(await get(fetch, '/healthz'), { status: 200, body: { healthy: true } })
  assert.deepEqual(await get(fetch, '/readyz'), { status: 200, body: { ready: true, checks: {} } })
})

test('who may not is refused', async () => {
  const { fetch } = await app({
    operations,
    health: { identify: apiKey({ keys: [{ id: 'ops', key: 'sk-0123456789abcdefghij' }] }), authorize: anyone },
  })
  assert.equal((await get(fetch, '/healthz')).status, 401)
})
