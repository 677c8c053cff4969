import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { noon, startGateway } from '../harness/gateway.ts'
import { guardedYaml } from '../harness/guarded.ts'
import { problemOf } from '../harness/problem.ts'

async function gatewayWith(t: TestContext, limit: string, gatewaySettings?: string) {
  const backend = await startBackend(t)
  const yaml = guardedYaml({
    to: backend.url,
    ...(gatewaySettings !== undefined && { gateway: gatewaySettings }),
    identify: 'anonymous',
    limit,
  })
  const gateway = await startGateway(t, yaml)
  const answer = (headers: Record<string, string> = {}) => gateway.call('/warehouse/items', { headers })
  const status = async (headers?: Record<string, string>) => (await answer(headers)).status
  return { gateway, backend, answer, status }
}

const times = async <T>(count: number, what: () => Promise<T>) => {
  const results: T[] = []
  for (let i = 0; i < count; i++) results.push(await what())
  return results
}

test('[F30] of a limit of three the fourth call in the window is 429, and after the window it is 200', async t => {
  const { gateway, answer, status } = await gatewayWith(t, '{ few: { allow: 3/60s, per: ip } }')
  assert.deepEqual(await times(3, status), [200, 200, 200])
  const refused = await answer()
  assert.equal(refused.status, 429)
  const { code, limit, retryAfter } = await problemOf(refused)
  assert.deepEqual([code, limit, retryAfter, refused.headers.get('retry-after')], ['limit-exceeded', 'few', 60, '60'])
  gateway.clock.advance(59_999)
  assert.equal(await status(), 429)
  gateway.clock.advance(1)
  assert.deepEqual(await times(4, status), [200, 200, 200, 429])
})

test('[F30] calls that come all at once are not more than the limit either', async t => {
  const { status } = await gatewayWith(t, '{ few: { allow: 3/60s, per: ip } }')
  const statuses = await Promise.all(Array.from({ length: 20 }, () => status()))
  assert.equal(statuses.filter(one => one === 200).length, 3)
})

test('[F31] without a key of their own callers are told apart by their address', async t => {
  const { status } = await gatewayWith(t, '{ few: { allow: 2/60s, per: ip } }', 'trustedProxies: [127.0.0.1]')
  const from = (ip: string) => () => status({ 'X-Forwarded-For': ip })
  assert.deepEqual(await times(3, from('203.0.113.1')), [200, 200, 429])
  assert.deepEqual(await times(3, from('203.0.113.2')), [200, 200, 429])
  assert.equal(await status({ 'X-Forwarded-For': '2001:db8::1' }), 200)
})

test('[F31] callers with another value of the header that is counted by are counted apart', async t => {
  const { status } = await gatewayWith(t, '{ few: { allow: 2/60s, per: { header: X-Client } } }')
  const as = (client: string) => () => status({ 'X-Client': client })
  assert.deepEqual(await times(3, as('one')), [200, 200, 429])
  assert.deepEqual(await times(3, as('two')), [200, 200, 429])
  assert.deepEqual(await times(3, status), [200, 200, 429], 'those without it share one counter')
  assert.equal(await status({ 'x-client': 'one' }), 429, 'the name of the header has no case')
})

test('what a caller is counted by is not written down: it may be a secret', async t => {
  const { gateway, status } = await gatewayWith(t, '{ few: { allow: 1/60s, per: { header: X-Client } } }')
  await times(2, () => status({ 'X-Client': 'hunter2' }))
  assert.equal(gateway.events.at(-1)?.refusal?.limit, 'few')
  assert.ok(!JSON.stringify(gateway.events).includes('hunter2'))
})

test('[F33] the older headers count down and name the second at which the window ends', async t => {
  const { gateway, answer } = await gatewayWith(t, '{ few: { allow: 3/60s, per: ip, headers: x } }')
  const end = String(noon / 1000 + 60)
  const told = ({ headers }: Response) => [
    headers.get('x-ratelimit-limit'),
    headers.get('x-ratelimit-remaining'),
    headers.get('x-ratelimit-reset'),
    headers.get('retry-after'),
  ]
  assert.deepEqual(told(await answer()), ['3', '2', end, null])
  gateway.clock.advance(10_000)
  assert.deepEqual(told(await answer()), ['3', '1', end, null])
  assert.deepEqual(told(await answer()), ['3', '0', end, null])
  assert.deepEqual(told(await answer()), ['3', '0', end, '50'])
})

test('[F33] switched off there are no such headers, but Retry-After on 429', async t => {
  const { answer } = await gatewayWith(t, '{ few: { allow: 1/60s, per: ip, headers: none } }')
  for (const response of [await answer(), await answer()]) {
    const names = [...response.headers.keys()].filter(name => name.includes('ratelimit'))
    assert.deepEqual(names, [])
    assert.equal(response.headers.get('retry-after'), response.status === 429 ? '60' : null)
  }
})

test('[F34] a call that is refused never reaches the backend', async t => {
  const { gateway, backend, status } = await gatewayWith(t, '{ few: { allow: 2/60s, per: ip } }')
  assert.deepEqual(await times(5, status), [200, 200, 429, 429, 429])
  assert.equal(backend.received.length, 2)
  assert.deepEqual(
    gateway.events.map(({ outcome }) => outcome),
    ['answered', 'answered', 'refused', 'refused', 'refused'],
  )
})

test('[F35] headers that name another address do not make another caller', async t => {
  const { status } = await gatewayWith(t, '{ few: { allow: 1/60s, per: ip } }')
  assert.equal(await status(), 200)
  const names = ['X-Forwarded-For', 'Forwarded', 'X-Real-IP', 'Client-IP', 'True-Client-IP', 'CF-Connecting-IP']
  for (const name of names) {
    const value = name === 'Forwarded' ? 'for=198.51.100.1' : '198.51.100.1'
    assert.equal(await status({ [name]: value }), 429, name)
  }
})

test('[F35] behind a trusted proxy only what that proxy added counts: a client cannot write before it', async t => {
  const { status } = await gatewayWith(t, '{ few: { allow: 1/60s, per: ip } }', 'trustedProxies: [127.0.0.1]')
  assert.equal(await status({ 'X-Forwarded-For': '203.0.113.1' }), 200)
  assert.equal(await status({ 'X-Forwarded-For': '198.51.100.9, 203.0.113.1' }), 429)
  assert.equal(await status({ 'X-Forwarded-For': '203.0.113.1', Forwarded: 'for=198.51.100.9' }), 429)
  assert.equal(await status({ 'X-Forwarded-For': '203.0.113.2' }), 200)
})

test('[F35] a proxy that is not trusted is the caller itself', async t => {
  const { status } = await gatewayWith(t, '{ few: { allow: 1/60s, per: ip } }', 'trustedProxies: [192.0.2.0/24]')
  assert.equal(await status({ 'X-Forwarded-For': '203.0.113.1' }), 200)
  assert.equal(await status({ 'X-Forwarded-For': '203.0.113.2' }), 429)
})
