import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { api, apiKey, app, jwt, scopes } from './index.ts'
import { createToken } from './token.ts'

const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
const now = Date.parse('2026-01-15T12:00:00Z')
const clock = { now: () => now, elapsed: () => 0 }
const done: string[] = []

const order = api(
  'POST /orders',
  {
    body: z.strictObject({ item: z.string() }),
    response: z.object({ item: z.string() }),
    status: 201,
    identify: jwt({ secret }),
    authorize: scopes('order_item'),
    limit: { few: { allow: '1/day', per: 'user' } },
  },
  ({ body }) => {
    done.push(body.item)
    return body
  },
)
const key = 'sk-0123456789abcdefghij'
const stock = api(
  'GET /stock',
  {
    identify: apiKey({ keys: [{ id: 'shop', key, scopes: ['list_items'] }] }),
    authorize: scopes('list_items'),
    response: z.object({ items: z.array(z.string()) }),
  },
  () => {
    done.push('stock')
    return { items: [] }
  },
)
const shop = () => app({ operations: [order, stock], clock })

const ordering = { method: 'POST', path: '/orders', body: { item: 'bolt' } }
const ann = { user: 'ann', scopes: ['order_item'] }

test('an imagined call is judged by the same guards, stage by stage', async () => {
  const { explain } = await shop()
  const refused = await explain({ ...ordering, as: { user: 'bob' } })
  assert.deepEqual([refused.status, refused.code], [403, 'scope-missing'])
  assert.deepEqual(refused.stages.find(({ stage }) => stage === 'authorize')?.missing, { scopes: ['order_item'] })
  assert.deepEqual((await explain({ ...ordering, body: { thing: 'bolt' }, as: ann })).code, 'input-invalid')
  assert.deepEqual((await explain({ method: 'GET', path: '/nowhere' })).code, 'route-unknown')
})

test('a call that a handler would answer has no status, and the handler is not run', async () => {
  const { explain } = await shop()
  const { status, outcome, stages } = await explain({ ...ordering, as: ann })
  assert.deepEqual([status, outcome], [undefined, 'answered'])
  assert.ok(stages.every(({ verdict }) => verdict === 'passed'))
  assert.equal((await explain({ method: 'GET', path: '/stock', credential: key })).outcome, 'answered')
  assert.deepEqual(done, [])
})

test('nothing of a limit is spent, and what is spent counts', async () => {
  const { explain, fetch } = await shop()
  const token = createToken({ sub: 'ann', scope: 'order_item' }, { secret, expiresIn: '1h', now })
  const call = { ...ordering, credential: token }
  for (let i = 0; i < 3; i++) assert.equal((await explain(call)).outcome, 'answered')
  const request = () =>
    new Request('http://localhost/orders', {
      method: 'POST',
      body: '{"item":"saw"}',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    })
  assert.deepEqual([(await fetch(request())).status, (await fetch(request())).status], [201, 429])
  const spent = await explain(call)
  assert.deepEqual([spent.status, spent.code], [429, 'limit-exceeded'])
  assert.equal((await explain({ ...call, at: '2026-01-15T12:30:00Z' })).code, 'limit-exceeded')
  assert.equal((await explain({ ...call, at: '2026-01-15T13:30:00Z' })).code, 'credential-expired')
})

test('what is no call is told by its member', async () => {
  const { explain } = await shop()
  for (const [wrong, told] of [
    [{ ...ordering, path: 'orders' }, /explain\.path/],
    [{ ...ordering, at: 'noon' }, /explain\.at/],
    [{ ...ordering, ip: 'here' }, /explain\.ip/],
    [{ ...ordering, credential: key, as: ann }, /explain\.as/],
  ] as const)
    await assert.rejects(explain(wrong), { name: 'TypeError', message: told })
})

test('calls that were made are explained only where they are recorded', async () => {
  const { explain } = await shop()
  await assert.rejects(explain('0'.repeat(32)), /name a folder for them with data/)
})
