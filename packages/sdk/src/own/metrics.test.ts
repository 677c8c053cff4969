import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anonymous, anyone, api, apiKey, app, scopes } from '../index.ts'

const key = 'sk-0123456789abcdefghij'
const identify = apiKey({ keys: [{ id: 'ops', key }] })
const operations = [
  api('GET /items/{id}', { identify: anonymous, authorize: anyone }, () => undefined),
  api('GET /stock', { identify, authorize: scopes('list_items') }, () => undefined),
]
const textOf = async (fetch: (request: Request) => Promise<Response>, headers = {}) =>
  (await fetch(new Request('http://localhost/metrics', { headers }))).text()

test('calls are counted by operation, status and outcome, under the names that a gateway has', async () => {
  const { fetch } = await app({ name: 'shop', operations, metrics: 'public' })
  for (const path of ['/items/1', '/items/2', '/stock', '/nowhere']) await fetch(new Request(`http://localhost${path}`))
  const text = await textOf(fetch)
  const counted = (labels: string) => `sallyport_call_duration_seconds_count{${labels}}`
  for (const line of [
    `${counted('api="shop",operation="GET /items/{id}",status="204",outcome="answered"')} 2`,
    `${counted('api="shop",operation="GET /stock",status="401",outcome="refused"')} 1`,
    `${counted('api="",operation="",status="404",outcome="refused"')} 1`,
  ])
    assert.ok(text.includes(`\n${line}\n`), line)
  assert.match(text, /\nprocess_cpu_seconds_total /)
})

test('whatever callers send makes no series of its own and stands nowhere', async () => {
  const { fetch } = await app({ operations, metrics: 'public' })
  const seriesOf = (text: string) => text.match(/^sallyport_call_duration_seconds_count/gm)?.length
  for (let i = 0; i < 50; i++)
    await fetch(
      new Request(`http://localhost/secret-${i}?q=${i}`, { method: `X${i}`, headers: { 'X-API-Key': `k${i}` } }),
    )
  const text = await textOf(fetch)
  assert.ok((seriesOf(text) ?? 0) <= 3, text)
  assert.doesNotMatch(text, /secret-|X1/)
})

test('metrics are told only where that was asked for, and to whom that says', async () => {
  const without = await app({ operations })
  assert.equal((await without.fetch(new Request('http://localhost/metrics'))).status, 404)
  const { fetch } = await app({ operations, metrics: { identify, authorize: anyone } })
  assert.equal((await fetch(new Request('http://localhost/metrics'))).status, 401)
  assert.match(await textOf(fetch, { 'X-API-Key': key }), /sallyport_call_duration_seconds_count/)
})
