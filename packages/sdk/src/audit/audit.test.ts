import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '@sallyport/core'
import { z } from 'zod'
import { database } from '../database/index.ts'
import { type AuditEntry, anonymous, answer, anyone, api, app, audit, endpoint, implement } from '../index.ts'
import { testing } from '../testing/index.ts'

const now = '2026-01-15T12:00:00.000Z'
const open = { identify: anonymous, authorize: anyone } as const

/** A shop that writes down what it is told. */
async function shop(operations: Parameters<typeof app>[0]['operations'], written: AuditEntry[] = []) {
  const calls = await testing({ name: 'shop', operations, audit: entry => void written.push(entry) }, { now })
  return { calls, written }
}

const price = api(
  'PUT /items/{id}/price',
  { ...open, body: z.strictObject({ price: z.int() }), audit: { writes: 'price', params: ['id'] } },
  async call => {
    await audit(call, { before: 3, after: call.body.price })
  },
)

test('who did what, when, from where and what came of it is told before the answer leaves', async () => {
  const { calls, written } = await shop([price])
  const ann = calls.as({ user: 'ann', application: 'till' }).from('192.0.2.7')
  const { status, event } = await ann.put('/items/7/price', { price: 4 })
  assert.equal(status, 204)
  assert.deepEqual(written, [
    {
      ...{
        time: now,
        callId: event?.id,
        api: 'shop',
        operation: 'PUT /items/{id}/price',
        action: 'writes',
        what: 'price',
      },
      params: { id: '7' },
      user: { issuer: 'test', subject: 'ann' },
      application: { issuer: 'test', subject: 'till' },
      ...{ actors: [], credential: { kind: 'test', id: 'ann' }, ip: '192.0.2.7', outcome: 'done' },
      detail: { before: 3, after: 4 },
    },
  ])
})

test('a call that came to its handler is told of also where the handler tells nothing, refuses or fails', async () => {
  const outcomes: Readonly<Record<string, () => unknown>> = {
    done: () => undefined,
    refused: () => answer(409),
    failed: () => {
      throw new Error('the shelf is empty')
    },
  }
  const thrown = new Problem('not-owned', {}, 'it is of somebody else')
  const order = api(
    'POST /orders/{end}',
    { ...open, audit: { writes: 'order', params: ['end'] } },
    ({ params: { end = '' } }) => {
      if (end === 'thrown') throw thrown
      return outcomes[end]?.() as undefined
    },
  )
  const written: AuditEntry[] = []
  const { fetch } = await app({
    operations: [order],
    audit: entry => void written.push(entry),
    errors: { log: false },
  })
  for (const end of ['done', 'refused', 'failed', 'thrown'])
    await fetch(new Request(`http://localhost/orders/${end}`, { method: 'POST' }))
  assert.deepEqual(
    written.map(({ params, outcome }) => [params.end, outcome]),
    [
      ['done', 'done'],
      ['refused', 'refused'],
      ['failed', 'failed'],
      ['thrown', 'refused'],
    ],
  )
})

test('a call that was refused before its handler is none of the audit', async () => {
  const { calls, written } = await shop([price])
  assert.equal((await calls.put('/items/7/price', { price: 'x' })).status, 400)
  assert.deepEqual(written, [])
})

test('a change that can not be told of is not told as done: the call fails, whether or not its handler minded', async () => {
  const swallowing = api('POST /swallow', { ...open, audit: { writes: 'order' } }, async call => {
    await audit(call).catch(() => undefined)
  })
  const leaving = api('POST /leave', { ...open, audit: { writes: 'order' } }, call => void audit(call))
  const silent = api('POST /silent', { ...open, audit: { writes: 'order' } }, () => undefined)
  for (const fail of [
    () => Promise.reject(new Error('full')),
    () => {
      throw new Error('full')
    },
  ]) {
    const { fetch } = await app({ operations: [swallowing, leaving, silent], audit: fail, errors: { log: false } })
    for (const path of ['/swallow', '/leave', '/silent'])
      assert.equal((await fetch(new Request(`http://localhost${path}`, { method: 'POST' }))).status, 500, path)
  }
})

test('in a transaction change and audit stand both or neither', async () => {
  const db = await database('sqlite::memory:')
  await db.sql`create table items (id integer primary key, price integer not null)`
  await db.sql`create table audit (what text not null, who text not null check (who <> 'eve'))`
  await db.sql`insert into items values (${1}, ${3})`
  const change = api(
    'PUT /price',
    { ...open, body: z.strictObject({ price: z.int() }), audit: { writes: 'price' } },
    call =>
      db.transaction(async within => {
        await within.sql`update items set price = ${call.body.price}`
        await audit(call, { after: call.body.price }, within)
      }),
  )
  const calls = await testing(
    {
      operations: [change],
      errors: { log: false },
      async audit({ what, user, outcome }, within: Pick<typeof db, 'sql'> = db) {
        if (outcome === 'done') await within.sql`insert into audit values (${what}, ${user?.subject ?? ''})`
      },
    },
    { now },
  )
  assert.equal((await calls.as({ user: 'ann' }).put('/price', { price: 4 })).status, 204)
  assert.equal((await calls.as({ user: 'eve' }).put('/price', { price: 5 })).status, 500)
  assert.deepEqual(await db.sql`select price from items`, [{ price: 4 }])
  assert.deepEqual(await db.sql`select * from audit`, [{ what: 'price', who: 'ann' }])
  await db.close()
})

test('what is named like a secret is masked, and no param is told but those that are named', async () => {
  const reset = api('POST /users/{name}/{token}', { ...open, audit: { writes: 'password', params: ['name'] } }, call =>
    audit(call, { password: 'correct horse', nested: [{ apiKey: 'sk-0123' }], name: 'ann' }),
  )
  const { calls, written } = await shop([reset])
  await calls.post('/users/ann/t0ken')
  assert.deepEqual(written[0]?.params, { name: 'ann' })
  assert.doesNotMatch(JSON.stringify(written), /correct horse|sk-0123|t0ken/)
})

test('an operation that changes something says what, or why nobody is told; forgetting it does not start', async () => {
  const forgotten = api('POST /orders', open, () => undefined)
  const tell = () => undefined
  await assert.rejects(
    app({ operations: [forgotten], audit: tell }),
    /^TypeError: POST \/orders: audit: say what it writes/,
  )
  await assert.rejects(app({ operations: [price] }), /PUT \/items\/\{id\}\/price: audit: .* nobody to tell/)
  const none = api('POST /echo', { ...open, audit: { none: 'keeps nothing' } }, () => undefined)
  const read = api('GET /items', open, () => undefined)
  await app({ operations: [none, read], audit: tell })
  assert.throws(() => api('POST /orders', { ...open, audit: { writes: '' } }, () => undefined), /audit/)
})

test('reading is audited where that is said, with an endpoint that is declared apart, too', async () => {
  const patient = endpoint('GET /patients/{id}', { audit: { reads: 'patient', params: ['id'] } })
  const { calls, written } = await shop([implement(patient, open, () => undefined)])
  await calls.get('/patients/7')
  assert.deepEqual([written[0]?.action, written[0]?.what, written[0]?.params], ['reads', 'patient', { id: '7' }])
})

test('an operation that is not audited has nobody to tell', async () => {
  const plain = api('GET /plain', open, call => audit(call))
  const { fetch } = await app({ operations: [plain], errors: { log: false } })
  assert.equal((await fetch(new Request('http://localhost/plain'))).status, 500)
})
