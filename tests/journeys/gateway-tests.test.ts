import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { gateway } from 'sallyport/testing'
import { folderWith } from '../harness/command.ts'
import { staffIssuer } from '../harness/guarded.ts'
import { thingsYaml } from '../harness/things.ts'
import { bearer, testIssuer } from '../harness/tokens.ts'

const issuer = await testIssuer()
const yaml = `
sallyport: 1
gateway: { http: 8080, trustedProxies: [10.0.0.1] }
issuers: { staff: ${staffIssuer('claims: { office: text, level: number }')} }
apis:
  warehouse:
    path: /warehouse
    identify: { jwt: staff }
    limit: { burst: { allow: 2/minute, per: user } }
    forward: { to: http://127.0.0.1:9 }
    operations:
      GET /items: { authorize: { scopes: [list_items] }, protect: { redact: [{ at: $..price }] } }
      POST /orders:
        authorize: { policy: { file: orders.cedar, zone: Australia/Sydney } }
        inspect: { json: true }
`
const cedar = `
@id("anybody") permit (principal, action, resource);
@id("not-at-night") forbid (principal, action, resource) when { context.time.hour >= 22 };
@id("not-from-outside") forbid (principal, action, resource)
when { context has ip && !context.ip.isInRange(ip("203.0.113.0/24")) };
@id("not-the-regional-office") forbid (principal is User, action, resource)
when { principal has office && principal.office == "regional" };
`
const files = { 'sallyport.yaml': yaml, 'orders.cedar': cedar, 'jwks.json': issuer.jwks }
const folder = await folderWith({ after }, files)
const warehouse = gateway(`${folder}/sallyport.yaml`).from('203.0.113.7')
const ann = warehouse.as({ user: 'ann', scopes: ['list_items'] })
const items = { body: { items: [{ id: 'saw', price: 1 }] } }

/** What a failed expectation says. */
const said = (expected: Promise<unknown>): Promise<string> =>
  expected.then(
    () => assert.fail('the expectation held'),
    error => String(error.message),
  )

test('a call is judged by who makes it, when, and from where', async () => {
  const orders = (calls = ann) => calls.call('POST /warehouse/orders', { body: {} })
  await orders().refused({ by: 'policy orders.cedar', policy: 'not-at-night' }) // noon in UTC is 23:00 there
  const byDay = ann.at('2026-01-15T09:00:00+11:00')
  await orders(byDay).allowed()
  await orders(byDay.from('198.51.100.7')).refused({ policy: 'not-from-outside', stage: 'authorize', status: 403 })
  const regional = { user: 'ann', claims: { office: 'regional' } }
  await orders(byDay.as(regional)).refused({ policy: 'not-the-regional-office', code: 'policy-refuses' })
})

test('claims are those that are declared, of the kind that is declared', async () => {
  const byDay = warehouse.at('2026-01-15T09:00:00+11:00')
  const of = (claims: Record<string, string | number>) =>
    byDay.as({ user: 'ann', claims }).post('/warehouse/orders', {})
  await of({ office: 'head', level: 3, undeclared: 'regional' }).allowed()
  await of({ office: 7 }).refused({ by: 'policy orders.cedar' })
})

test('limits count through a test, by its clock, and begin anew with the next', async () => {
  for (let i = 0; i < 2; i++) await ann.get('/warehouse/items').allowed()
  const refused = await ann.get('/warehouse/items').refused({ by: 'burst', code: 'limit-exceeded', retryAfter: 60 })
  assert.equal(refused.headers.get('retry-after'), '60')
  await ann.at('2026-01-15T12:01:00Z').get('/warehouse/items').allowed()
})

test('the next test begins anew', async () => {
  await ann.get('/warehouse/items').allowed()
})

test('an answer that a test imagines is judged; without one there is none to judge', async () => {
  const told = await ann.call('GET /warehouse/items', { answer: items }).allowed({ body: { items: [{ id: 'saw' }] } })
  assert.deepEqual(told.body, { items: [{ id: 'saw' }] })
  await ann.get('/warehouse/items').allowed({ status: 200, body: undefined })
})

test('a credential of its own is verified, by the time of the call', async () => {
  const calls = warehouse.with(bearer(await issuer.token()).headers)
  assert.equal((await calls.get('/warehouse/items').allowed()).event?.user?.subject, 'alice')
  await calls
    .at('2026-01-15T14:00:00Z')
    .get('/warehouse/items')
    .refused({ code: 'credential-expired', stage: 'identify' })
  await warehouse.get('/warehouse/items').refused({ code: 'credential-missing' })
  await warehouse.with({ 'Sallyport-Test-Caller': 'ann' }).get('/warehouse/items').refused({ code: 'credential-bad' })
})

test('an address that a trusted proxy tells counts as it does in a gateway', async () => {
  const byDay = ann.at('2026-01-15T09:00:00+11:00').with({ 'X-Forwarded-For': '203.0.113.9' })
  await byDay.from('10.0.0.1').post('/warehouse/orders', {}).allowed()
  await byDay.from('10.0.0.2').post('/warehouse/orders', {}).refused({ policy: 'not-from-outside' })
})

test('what was expected and did not come about is told stage by stage', async () => {
  const text = await said(ann.as({ user: 'bob' }).get('/warehouse/items').allowed())
  assert.equal(
    text,
    `GET /warehouse/items as user bob at 2026-01-15T12:00:00.000Z from 203.0.113.7
was expected to be allowed; it was refused by scope list_items: 403 scope-missing
  ✓ admit
  ✓ identify   any of jwt of staff in header authorization, whom a test names
  ✗ authorize  scopes: scope list_items
               needs scope list_items; has none`,
  )
  const answered = await said(ann.call('GET /warehouse/items', { answer: items }).refused())
  assert.match(
    answered,
    /was expected to be refused; it was allowed: 200\n(?:.*\n)* {2}body: \{"items":\[\{"id":"saw"\}\]\}$/,
  )
})

test('an expectation fails where anything else was expected, and shows where it stands', async () => {
  const night = () => ann.post('/warehouse/orders', {})
  assert.match(
    await said(night().refused({ policy: 'anybody' })),
    /to be refused with policy "anybody"; it was refused/,
  )
  assert.match(await said(night().refused({ by: 'policy', code: 'scope-missing' })), /with code "scope-missing"/)
  for (const expected of [
    { by: 'scopes' },
    { stage: 'limit' },
    { status: 401 },
    { missing: { scopes: ['a'] } },
  ] as const)
    assert.match(await said(night().refused(expected)), /to be refused with/)
  const get = () => ann.call('GET /warehouse/items', { answer: items })
  for (const expected of [{ status: 201 }, { body: {} }])
    assert.match(await said(get().allowed(expected)), /to be allowed with/)
  const plain = ann.as({ user: 'bob', scopes: ['list_items'] }).call('GET /warehouse/items', { answer: items })
  assert.match(await said(plain.allowed({ headers: { 'content-type': 'text/plain' } })), /with headers/)
  const error = await night()
    .allowed()
    .catch(error => error)
  assert.match(error.stack.split('\n    at ')[1], /gateway-tests\.test\.ts/)
})

test('what can not be meant is told at once, not passed over', async () => {
  const misspelt = { polcy: 'not-at-night', stage: 'authorize' } as const
  await assert.rejects(
    ann.get('/warehouse/items').refused(misspelt),
    /refused: there is no polcy; did you mean policy\?/,
  )
  assert.throws(() => ann.call('warehouse/items'), /"warehouse\/items" is no call such as 'GET \/items'/)
  assert.throws(() => ann.from('localhost'), /"localhost" is no address/)
  assert.throws(() => ann.at('noon'), /"noon" is no time/)
})

test('a configuration that is no good fails every call, with what check would say', async t => {
  const bad = await folderWith(t, { ...files, 'sallyport.yaml': yaml.replace('orders.cedar', 'order.cedar') })
  const calls = gateway(`${bad}/sallyport.yaml`)
  await assert.rejects(calls.get('/warehouse/items'), /cannot be used:\n.*sallyport\.yaml:\d+:\d+ .*order\.cedar/)
})

test('several files are one configuration, and its variables are those of the test', async t => {
  const over = await folderWith(t, { ...files, 'over.yaml': "apis: { warehouse: { path: '${AT}' } }" })
  const calls = gateway([`${over}/sallyport.yaml`, `${over}/over.yaml`], { env: { AT: '/depot' } })
  await calls.get('/depot/items').refused({ code: 'credential-missing' })
  await calls.get('/warehouse/items').refused({ code: 'route-unknown' })
})

test('magic tokens are made and judged, and what rules ask the upstream is what the test says', async t => {
  const things = await folderWith(t, { 'sallyport.yaml': thingsYaml('http://127.0.0.1:9') })
  const shop = gateway(`${things}/sallyport.yaml`)
  const holder = async (permit: readonly string[]) => {
    const token = await shop.token({ api: 'github', allowed: [...permit] })
    return shop.with({ Authorization: `Bearer ${token}` })
  }
  const [mine, theirs] = [await holder(['* /items.*']), await holder(['* /items.*'])]
  const created = { body: {}, answer: { status: 201, body: { id: '7' } } }
  await mine.call('POST /shop/items', created).allowed({ status: 201 })
  await theirs.call('DELETE /shop/items/7').refused({ by: 'ownership', code: 'not-owned' })
  await mine.call('DELETE /shop/items/7', { answer: { status: 204 } }).allowed()
  const put = { body: {}, answer: { status: 200, body: {} } }
  await mine.call('PUT /shop/items/8', { ...put, asked: { '/items/8': { status: 200 } } }).refused({ by: 'ownership' })
  await mine.call('PUT /shop/items/9', { ...put, asked: { '/items/9': { status: 404 } } }).allowed()
  await mine.call('PUT /shop/items/10', put).refused({ code: 'upstream-unreachable' })
  await (await holder(['GET /items/1'])).call('POST /shop/items', created).refused({ code: 'not-permitted' })
  await mine.at('2026-06-01T00:00:00Z').get('/shop/items/1').refused({ code: 'credential-expired' })
  await assert.rejects(shop.token({ api: 'githup' }), /api is not known; there are github/)
})
