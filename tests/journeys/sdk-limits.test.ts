import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AppOptions, anonymous, anyone, api, type LimitOptions } from '@sallyport/sdk'
import { startApplication } from '../harness/application.ts'
import { noon } from '../harness/gateway.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { problemOf } from '../harness/problem.ts'

/** An application with one limit, and how often its handler ran. */
async function limited(t: Lifetime, few: LimitOptions, more: Partial<AppOptions> = {}) {
  let ran = 0
  const operation = api('GET /items', { identify: anonymous, authorize: anyone, limit: { few } }, () => {
    ran += 1
    return undefined
  })
  const { call, clock } = await startApplication(t, { operations: [operation], ...more })
  const answer = (headers: Record<string, string> = {}) => call('/items', { headers })
  const status = async (headers?: Record<string, string>) => (await answer(headers)).status
  return { answer, status, clock, ran: () => ran }
}

const three: LimitOptions = { allow: '3/60s', per: 'ip' }

const times = async <T>(count: number, what: () => Promise<T>) => {
  const results: T[] = []
  for (let i = 0; i < count; i++) results.push(await what())
  return results
}

test('[F30] in an application with a limit of three the fourth call in the window is 429, and after the window it is answered', async t => {
  const { answer, status, clock } = await limited(t, three)
  assert.deepEqual(await times(3, status), [204, 204, 204])
  const refused = await answer()
  assert.equal(refused.status, 429)
  const { code, limit, retryAfter } = await problemOf(refused)
  assert.deepEqual([code, limit, retryAfter], ['limit-exceeded', 'few', 60])
  clock.advance(59_999)
  assert.equal(await status(), 429)
  clock.advance(1)
  assert.deepEqual(await times(4, status), [204, 204, 204, 429])
})

test('[F30] calls that reach an application all at once are not more than the limit either', async t => {
  const { status, ran } = await limited(t, three)
  const statuses = await Promise.all(Array.from({ length: 20 }, () => status()))
  assert.equal(statuses.filter(one => one === 204).length, 3)
  assert.equal(ran(), 3)
})

test('[F31] an application tells callers apart by their address, or by the key that a function gives', async t => {
  const byAddress = await limited(t, three, { trustedProxies: ['127.0.0.1'] })
  const from = (ip: string) => () => byAddress.status({ 'X-Forwarded-For': ip })
  assert.deepEqual(await times(4, from('203.0.113.1')), [204, 204, 204, 429])
  assert.deepEqual(await times(4, from('203.0.113.2')), [204, 204, 204, 429])
  const byKey = await limited(t, { allow: '3/60s', per: ({ headers }) => headers.get('x-client') ?? 'none' })
  const as = (client: string) => () => byKey.status({ 'X-Client': client })
  assert.deepEqual(await times(4, as('one')), [204, 204, 204, 429])
  assert.deepEqual(await times(4, as('two')), [204, 204, 204, 429])
  assert.deepEqual(await times(4, byKey.status), [204, 204, 204, 429])
})

const fieldsOf = ({ headers }: Response) =>
  ['limit', 'remaining', 'reset'].map(name => headers.get(`x-ratelimit-${name}`)).concat(headers.get('retry-after'))

test('[F33] an application counts down in X-RateLimit fields where they are asked for, and says when to come again', async t => {
  const { answer, clock } = await limited(t, { ...three, headers: 'x' })
  const end = String(noon / 1000 + 60)
  assert.deepEqual(fieldsOf(await answer()), ['3', '2', end, null])
  clock.advance(10_000)
  assert.deepEqual(fieldsOf(await answer()), ['3', '1', end, null])
  assert.deepEqual(fieldsOf(await answer()), ['3', '0', end, null])
  assert.deepEqual(fieldsOf(await answer()), ['3', '0', end, '50'])
})

test('[F33] switched off an application has no such fields, but Retry-After on 429', async t => {
  const { answer } = await limited(t, { allow: '1/60s', per: 'ip', headers: 'none' })
  for (const response of [await answer(), await answer()]) {
    assert.deepEqual(
      [...response.headers.keys()].filter(name => name.includes('ratelimit')),
      [],
    )
    assert.equal(response.headers.get('retry-after'), response.status === 429 ? '60' : null)
  }
})

test('[F34] a call that is refused never reaches a handler', async t => {
  const { status, ran } = await limited(t, three)
  assert.deepEqual(await times(5, status), [204, 204, 204, 429, 429])
  assert.equal(ran(), 3)
})

const naming = ['X-Forwarded-For', 'Forwarded', 'X-Real-IP', 'Client-IP', 'True-Client-IP', 'CF-Connecting-IP']

test('[F35] fields that name another address make no other caller of an application', async t => {
  const { status } = await limited(t, { allow: '1/60s', per: 'ip' })
  assert.equal(await status(), 204)
  for (const name of naming) {
    const value = name === 'Forwarded' ? 'for=198.51.100.1' : '198.51.100.1'
    assert.equal(await status({ [name]: value }), 429, name)
  }
})

test('[F35] an application behind a trusted proxy believes what that proxy added, and no other', async t => {
  const one: LimitOptions = { allow: '1/60s', per: 'ip' }
  const trusting = await limited(t, one, { trustedProxies: ['127.0.0.1'] })
  assert.equal(await trusting.status({ 'X-Forwarded-For': '203.0.113.1' }), 204)
  assert.equal(await trusting.status({ 'X-Forwarded-For': '198.51.100.9, 203.0.113.1' }), 429)
  assert.equal(await trusting.status({ 'X-Forwarded-For': '203.0.113.2' }), 204)
  const other = await limited(t, one, { trustedProxies: ['192.0.2.0/24'] })
  assert.equal(await other.status({ 'X-Forwarded-For': '203.0.113.1' }), 204)
  assert.equal(await other.status({ 'X-Forwarded-For': '203.0.113.2' }), 429)
})
