import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { anyone, api, jwt, roles, scopes } from '@sallyport/sdk'
import { policy } from '@sallyport/sdk/policy'
import { testing } from '@sallyport/sdk/testing'
import { type Report, type Reporting, testReports } from '@sallyport/testing'
import { type Calls, gateway } from 'sallyport/testing'
import { z } from 'zod'
import { folderWith } from '../harness/command.ts'

/** What calls of something tell of its rules. */
async function reportOf<Made>(make: () => Made | Promise<Made>, calls: (made: Made) => Promise<void>) {
  const found: Reporting[] = []
  const listen = (reporting: unknown) => {
    if (isReporting(reporting)) found.push(reporting)
  }
  testReports.subscribe(listen)
  try {
    await calls(await make())
  } finally {
    testReports.unsubscribe(listen)
  }
  const [reporting] = found
  assert.ok(reporting)
  return reporting()
}

const isReporting = (value: unknown): value is Reporting => typeof value === 'function'

/** By rule: whether it decided something, and whether it would be missed. */
const seen = ({ rules }: Report) => Object.fromEntries(rules.map(({ rule, hit, noticed }) => [rule, [hit, noticed]]))

const yaml = `
sallyport: 1
gateway: { http: 8080 }
issuers: { staff: { url: https://id.example.com, audience: any } }
apis:
  depot:
    path: /depot
    identify: { jwt: staff }
    forward: { to: http://127.0.0.1:9 }
    admit: { ip: { allow: [10.0.0.0/8] }, limit: { edge: { allow: 3/minute, per: ip } } }
    authorize: { scopes: [read, write] }
    protect: { securityHeaders: true }
    operations:
      GET /items: { limit: { few: { allow: 1/minute, per: user, when: 'principal in Role::"guest"' } } }
      POST /items:
        authorize: { roles: [staff, admin], anyOf: [{ scopes: [old] }, { scopes: [new] }] }
        inspect: { body: item.json, threats: block }
      GET /prices: { authorize: { policy: prices.cedar }, protect: { redact: [{ at: $.price, unless: { roles: [buyer] } }] } }
      DELETE /items: {}
`
const files = {
  'sallyport.yaml': yaml,
  'prices.cedar': `
    @id("all") permit (principal, action, resource);
    @id("none") forbid (principal in Role::"guest", action, resource);`,
  'item.json': '{"type":"object","required":["id"]}',
}
const folder = await folderWith({ after }, files)
const depot = () => gateway(`${folder}/sallyport.yaml`).from('10.0.0.7')
const both = ['read', 'write']
const [guest, buyer] = [
  { user: 'eve', scopes: both, roles: ['guest'] },
  { user: 'bob', scopes: both, roles: ['buyer'] },
]
const answer = { body: { price: 1 } }

/** All that the configuration says is expected once, one way or the other. */
async function everything(calls: Calls) {
  const staff = calls.as({ user: 'ann', scopes: [...both, 'new'], roles: ['staff'] })
  await staff.get('/depot/items').allowed({ headers: { 'x-content-type-options': 'nosniff' } })
  await staff.from('192.0.2.7').get('/depot/items').refused({ by: 'ip', stage: 'admit' })
  for (const lacking of [['read'], ['write']])
    await calls
      .at('2026-01-15T13:00:00Z')
      .as({ user: 'ann', scopes: lacking })
      .get('/depot/items')
      .refused({ by: 'scopes' })
  const later = calls.at('2026-01-15T14:00:00Z').as(guest)
  await later.get('/depot/items').allowed()
  await later.get('/depot/items').refused({ by: 'few' })
  const others = calls.at('2026-01-15T15:00:00Z').as(buyer)
  for (let i = 0; i < 3; i++) await others.get('/depot/items').allowed()
  await others.get('/depot/items').refused({ by: 'edge', stage: 'admit' })
  const posting = (hour: number, role: string, scope: string) =>
    calls.at(`2026-01-16T${hour}:00:00Z`).as({ user: 'ann', scopes: [...both, scope], roles: [role] })
  await posting(10, 'staff', 'old').post('/depot/items', { id: 1 }).allowed()
  await posting(11, 'admin', 'new').post('/depot/items', { id: 1 }).allowed()
  await posting(12, 'guest', 'new').post('/depot/items', { id: 1 }).refused({ by: 'roles' })
  await posting(13, 'staff', 'other').post('/depot/items', { id: 1 }).refused({ by: 'anyOf', code: 'not-allowed' })
  await posting(14, 'staff', 'new').post('/depot/items', {}).refused({ by: 'body', stage: 'inspect' })
  await posting(15, 'staff', 'new').post('/depot/items', { id: "1' OR '1'='1" }).refused({ by: 'threats' })
  const prices = calls.at('2026-01-16T16:00:00Z')
  await prices.as(guest).get('/depot/prices').refused({ policy: 'none' })
  await prices.as({ user: 'ann', scopes: both }).call('GET /depot/prices', { answer }).allowed({ body: {} })
  await prices.as(buyer).call('GET /depot/prices', { answer }).allowed(answer)
}

test('each rule that tests expect something of decided something, and would be missed', async () => {
  const report = await reportOf(depot, everything)
  assert.deepEqual(
    report.rules.filter(({ hit, noticed }) => !hit || !noticed),
    [],
  )
  assert.deepEqual(report.rules.map(({ rule }) => rule).sort(), [
    'body: item.json',
    'ip: from 10.0.0.0/8',
    'limit edge: 3/minute per ip',
    'limit few: 1/minute per user when principal in Role::"guest"',
    'limit few: 1/minute per user when principal in Role::"guest": when',
    'policy prices.cedar',
    'policy prices.cedar: all',
    'policy prices.cedar: none',
    'redact: remove $.price',
    'role staff or admin',
    'role staff or admin: admin',
    'role staff or admin: staff',
    'scope old or scope new',
    'scope old or scope new: scope new',
    'scope old or scope new: scope old',
    'scope read and write: read',
    'scope read and write: write',
    'securityHeaders: Strict-Transport-Security, X-Content-Type-Options, X-Frame-Options, Referrer-Policy',
    'threats: block at level 2',
  ])
  assert.deepEqual([report.unrepeatable, report.mutants], [0, report.rules.length])
})

test('what decided a call of which nothing is expected is seen, and would not be missed', async () => {
  const report = await reportOf(depot, async calls => {
    await calls.as(buyer).get('/depot/items')
    await calls.as({ user: 'ann', scopes: ['read'] }).get('/depot/items')
    await calls.as(buyer).get('/depot/prices')
  })
  const hit = report.rules.filter(({ hit }) => hit).map(({ rule }) => rule)
  assert.deepEqual(hit.sort(), [
    'limit few: 1/minute per user when principal in Role::"guest": when',
    'policy prices.cedar: all',
    'scope read and write: write',
    'securityHeaders: Strict-Transport-Security, X-Content-Type-Options, X-Frame-Options, Referrer-Policy',
  ])
  assert.ok(report.rules.every(({ noticed }) => !noticed))
})

test('what a test looks at is expected; what it does not look at is not', async () => {
  const report = await reportOf(depot, async calls => {
    assert.equal((await calls.as({ user: 'ann', scopes: ['read'] }).get('/depot/items')).status, 403)
    const told = await calls.as({ user: 'ann', scopes: both }).call('GET /depot/prices', { answer })
    assert.deepEqual(told.body, {})
  })
  const noticed = report.rules.filter(({ noticed }) => noticed).map(({ rule }) => rule)
  assert.deepEqual(noticed, ['scope read and write: write', 'policy prices.cedar: all', 'redact: remove $.price'])
})

test('a rule that only reports decides what is found', async () => {
  const reporting = { ...files, 'sallyport.yaml': yaml.replace('threats: block', 'threats: report') }
  const elsewhere = await folderWith({ after }, reporting)
  const ann = { user: 'ann', scopes: [...both, 'new'], roles: ['staff'] }
  const report = await reportOf(
    () => gateway(`${elsewhere}/sallyport.yaml`).from('10.0.0.7').as(ann),
    async calls => {
      await calls.post('/depot/items', { id: "1' OR '1'='1" }).allowed({ found: ['threats'] })
      await calls.post('/depot/items', { id: 'saw' }).allowed({ found: [] })
    },
  )
  assert.deepEqual(seen(report)['threats: report at level 2'], [true, true])
})

test('what a rule finds that is only tried can be expected; it is none of the rules that have to be tested', async () => {
  const few = 'limit: { few: { allow: 1/minute, per: user, when'
  const trying = {
    ...files,
    'sallyport.yaml': yaml.replace(few, few.replace('{ few: {', '{ few: { mode: shadow, until: 2027-01-01,')),
  }
  const elsewhere = await folderWith({ after }, trying)
  const report = await reportOf(
    () => gateway(`${elsewhere}/sallyport.yaml`).from('10.0.0.7').as(guest),
    async calls => {
      await calls.get('/depot/items').allowed({ found: [] })
      await calls.get('/depot/items').allowed({ found: ['few'] })
    },
  )
  assert.ok(report.rules.every(({ rule }) => !rule.startsWith('limit few')))
})

test('a rule that refuses for another is not missed, and each test begins anew when its calls are made again', async () => {
  const report = await reportOf(depot, async calls => {
    const lacking = calls.as({ user: 'ann', scopes: ['read'] })
    // Neither an admin nor in possession of the scope: one rule is enough.
    await lacking.post('/depot/items', { id: 1 }).refused()
  })
  assert.deepEqual(seen(report)['scope read and write: write'], [true, false])
  assert.deepEqual(seen(report)['role staff or admin'], [false, false])
})

const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'

test('rules of an application are told likewise, and its handlers do their work once', async () => {
  let orders = 0
  const add = api(
    'POST /orders',
    {
      body: z.object({ item: z.string() }),
      response: z.object({ order: z.int() }),
      status: 201,
      identify: jwt({ secret, claims: { office: 'text' } }),
      authorize: [
        scopes('order_item'),
        roles('buyer'),
        policy(
          `@id("all") permit (principal, action, resource);
           @id("regional") forbid (principal is User, action, resource) when { principal has office && principal.office == "regional" };`,
        ),
      ],
      limit: { orders: { allow: '2/minute', per: 'user' } },
    },
    () => ({ order: ++orders }),
  )
  const list = api('GET /orders', { identify: jwt({ secret }), authorize: anyone, limit: {} }, () => undefined)
  const ann = { user: 'ann', scopes: ['order_item'], roles: ['buyer'] }
  const report = await reportOf(
    () => testing({ operations: [add, list] }, { now: '2026-01-15T12:00:00Z' }),
    async shop => {
      const order = { item: 'bolt' }
      assert.deepEqual((await shop.as(ann).post('/orders', order)).body, { order: 1 })
      await shop
        .as({ ...ann, claims: { office: 'regional' } })
        .post('/orders', order)
        .refused({ policy: 'regional' })
      await shop
        .as({ ...ann, scopes: [] })
        .post('/orders', order)
        .refused({ code: 'scope-missing' })
      await shop
        .as({ ...ann, user: 'bob' })
        .post('/orders', { item: 7 })
        .refused({ code: 'input-invalid' })
      await shop
        .as(ann)
        .post('/orders', order)
        .allowed({ status: 201, body: { order: 2 } })
      await shop.as(ann).post('/orders', order).refused({ by: 'orders' })
      await shop.as(ann).get('/orders').allowed()
    },
  )
  assert.equal(orders, 2)
  assert.deepEqual(seen(report), {
    'scope order_item': [true, true],
    'role buyer': [false, false],
    policy: [true, true],
    'policy: all': [true, true],
    'policy: regional': [true, true],
    'limit orders: 2/minute per user': [true, true],
    'input: body': [true, true],
  })
  assert.equal(report.unrepeatable, 0)
})
