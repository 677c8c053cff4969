import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { anonymous, any, anyone, api, app, createToken, jwt, roles, scopes } from '../index.ts'
import { testing } from './index.ts'

const now = '2026-01-15T12:00:00Z'
const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
const order = z.object({ item: z.string() })

const add = api(
  'POST /orders',
  {
    body: order,
    response: z.object({ item: z.string(), by: z.string(), ip: z.string(), at: z.number(), office: z.string() }),
    status: 201,
    identify: jwt({ secret }),
    authorize: [scopes('order_item'), roles('buyer')],
    limit: { orders: { allow: '2/minute', per: 'user' } },
  },
  ({ body, caller, ip, at }) => ({
    ...{ item: body.item, by: caller.user?.subject ?? '', ip: ip ?? '', at },
    office: String(caller.claims.office),
  }),
)
const ping = api('GET /ping', { identify: any(anonymous, jwt({ secret })), authorize: anyone }, () => undefined)
const operations = [add, ping]
const ann = { user: 'ann', scopes: ['order_item'], roles: ['buyer'], claims: { office: 'north' } }

test('a call is made as anybody, at any time, from anywhere', async () => {
  const shop = await testing({ operations }, { now })
  const at = Date.parse('2026-02-01T08:00:00Z')
  const { status, body, event } = await shop.as(ann).at(at).from('192.0.2.7').post('/orders', { item: 'bolt' })
  assert.equal(status, 201)
  assert.deepEqual(body, { item: 'bolt', by: 'ann', ip: '192.0.2.7', at, office: 'north' })
  assert.equal(event?.user?.subject, 'ann')
  assert.equal(event?.time, '2026-02-01T08:00:00.000Z')
})

test('every stage but identify judges it as any call', async () => {
  const shop = await testing({ operations }, { now })
  const statuses = []
  for (const calls of [shop, shop.as({ ...ann, scopes: [] }), shop.as({ ...ann, roles: [] })])
    statuses.push((await calls.post('/orders', { item: 'bolt' })).status)
  assert.deepEqual(statuses, [401, 403, 403])
  const misfit = await shop.as(ann).post('/orders', { item: 7 })
  assert.deepEqual([misfit.status, misfit.event?.refusal?.code], [400, 'input-invalid'])
})

test('limits run by the time that a call says, also of calls at once', async () => {
  const shop = (await testing({ operations }, { now })).as(ann)
  const times = [now, now, now, '2026-01-15T12:01:30Z']
  const all = await Promise.all(times.map(time => shop.at(time).post('/orders', { item: 'bolt' })))
  assert.deepEqual(
    all.map(({ status }) => status),
    [201, 201, 429, 201],
  )
})

test('what was said of one call holds for no other', async () => {
  const shop = await testing({ operations }, { now })
  shop.as(ann).from('192.0.2.7').with({ 'X-More': '1' })
  const { status, event } = await shop.get('/ping')
  assert.deepEqual([status, event?.user, event?.ip], [204, undefined, '127.0.0.1'])
})

test('a credential of its own is verified as ever', async () => {
  const shop = await testing({ operations }, { now })
  const token = createToken({ sub: 'bob' }, { secret, now: Date.parse(now) })
  const good = await shop.with({ Authorization: `Bearer ${token}` }).get('/ping')
  assert.equal(good.event?.user?.subject, 'bob')
  assert.equal((await shop.with({ Authorization: `Bearer ${token}x` }).get('/ping')).status, 401)
  assert.equal(
    (
      await shop
        .at('2027-01-01T00:00:00Z')
        .with({ Authorization: `Bearer ${token}` })
        .get('/ping')
    ).status,
    401,
  )
})

test('nobody else can say who he is: not by a guess in a test, not by anything in the application itself', async () => {
  const shop = await testing({ operations }, { now })
  const forged = { 'Sallyport-Test-Caller': '00000000-0000-0000-0000-000000000000' }
  assert.equal((await shop.with(forged).get('/ping')).status, 401)
  const { fetch } = await app({ operations })
  const request = new Request('http://localhost/orders', { method: 'POST', body: '{}', headers: forged })
  assert.equal((await fetch(request)).status, 401)
})

test('what is no time, and an application that does not start, is told', async () => {
  const shop = await testing({ operations }, { now })
  assert.throws(() => shop.at('noon'), /"noon" is no time/)
  const open = api('GET /open', { authorize: anyone }, () => undefined)
  await assert.rejects(testing({ operations: [open] }, { now }), /GET \/open has no identify/)
})
