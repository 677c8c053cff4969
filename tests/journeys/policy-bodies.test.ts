import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { guardedYaml } from '../harness/guarded.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { gatewayWith } from '../harness/policed.ts'
import { problemOf } from '../harness/problem.ts'

const json = { 'Content-Type': 'application/json' }
const url = '/warehouse/orders'
const shape =
  '{ amount: decimal, count: number, express?: boolean, tags?: texts, order: { country: text, note?: text } }'
const cedar = `
  @id("small") permit (principal, action, resource)
  when { context.body.amount.lessThanOrEqual(decimal("1000.0")) && context.body.count < 10 && context.body.order.country == "AU" };
  @id("hazard") forbid (principal, action, resource)
  when { context.body has tags && context.body.tags.contains("hazard") };
`
const fits = { amount: 999.95, count: 3, order: { country: 'AU' } }

async function posting(t: TestContext, policies = cedar, body = shape, more = '') {
  const policed = await gatewayWith(t, policies, {
    authorize: `{ policy: { file: rules.cedar, body: ${body} } }`,
    operation: 'POST /orders',
    more,
  })
  const post = (body: RequestInit['body'] | undefined, headers: Record<string, string> = {}) =>
    policed.answer({}, url, {
      method: 'POST',
      headers: { ...json, ...headers },
      ...(body !== undefined && { body }),
    })
  const status = async (body: unknown) => (await post(JSON.stringify(body))).status
  const reason = () => policed.gateway.events.at(-1)?.refusal?.reason
  return { ...policed, post, status, reason }
}

test('members of the body that policies name are judged, and the body goes on as it came', async t => {
  const { status, post, backend } = await posting(t)
  const written = '{ "amount": 999.95, "count":3, "order": {"country":"\\u0041U"}, "other": 1e40 }'
  assert.equal((await post(written)).status, 200)
  assert.equal(String(backend.received.at(-1)?.body), written)
  assert.equal(await status({ ...fits, amount: 1000 }), 200)
  assert.equal(await status({ ...fits, amount: '1000.0000' }), 200)
  assert.equal(await status({ ...fits, amount: 1000.0001 }), 403)
  assert.equal(await status({ ...fits, amount: '99999999999999.9999' }), 403)
  assert.equal(await status({ ...fits, amount: '-99999999999999.9999' }), 200)
  assert.equal(await status({ ...fits, count: 10 }), 403)
  assert.equal(await status({ ...fits, order: { country: 'NZ' } }), 403)
  assert.equal(await status({ ...fits, tags: ['paper'] }), 200)
  assert.equal(await status({ ...fits, tags: ['paper', 'hazard'] }), 403)
  assert.equal(backend.received.length, 5)
})

test('what a policy names must be there and be what it was declared to be, whatever else would hold', async t => {
  const { status, reason, backend } = await posting(t, `permit (principal, action, resource); ${cedar}`)
  assert.equal(await status(fits), 200)
  const { amount: _, ...without } = fits
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [without, /^context\.body\.amount is missing$/],
    [{ ...fits, amount: null }, /amount is no decimal/],
    [{ ...fits, amount: 1.00001 }, /amount is no decimal/],
    [{ ...fits, amount: 1e21 }, /amount is no decimal/],
    [{ ...fits, amount: 900719925475 }, /amount is no decimal/],
    [{ ...fits, amount: '1e2' }, /amount is no decimal/],
    [{ ...fits, amount: '007' }, /amount is no decimal/],
    [{ ...fits, amount: '999999999999999' }, /amount is no decimal/],
    [{ ...fits, amount: '1'.repeat(1_000_000) }, /amount is no decimal/],
    [{ ...fits, amount: [1] }, /amount is no decimal/],
    [{ ...fits, amount: '999999999999999.9999' }, /amount is no decimal/],
    [{ ...fits, Amount: 1 }, /^context\.body\.amount has a twin/],
    [{ ...fits, ORDER: { country: 'NZ' } }, /order has a twin/],
    [{ ...fits, Tags: ['hazard'] }, /tags has a twin/],
    [{ ...fits, tagſ: ['hazard'] }, /tags has a twin/],
    [{ ...fits, order: { ...fits.order, Country: 'NZ' } }, /order\.country has a twin/],
    [{ ...fits, count: 1.5 }, /count is no number/],
    [{ ...fits, count: 2 ** 53 }, /count is no number/],
    [{ ...fits, count: '3' }, /count is no number/],
    [{ ...fits, count: true }, /count is no number/],
    [{ ...fits, order: undefined }, /order is missing/],
    [{ ...fits, order: null }, /order is no JSON object/],
    [{ ...fits, order: ['AU'] }, /order is no JSON object/],
    [{ ...fits, order: {} }, /order\.country is missing/],
    [{ ...fits, tags: null }, /tags is no texts/],
    [{ ...fits, tags: 'hazard' }, /tags is no texts/],
    [{ ...fits, tags: [1] }, /tags is no texts/],
    [{ ...fits, tags: Array(1001).fill('a') }, /tags is no texts/],
    [[fits], /^context\.body is no JSON object$/],
    [null, /^context\.body is no JSON object$/],
    ['hazard', /^context\.body is no JSON object$/],
  ]
  for (const [body, told] of wrong) {
    assert.equal(await status(body), 403, JSON.stringify(body).slice(0, 100))
    assert.match(reason() ?? '', told)
  }
  assert.equal(backend.received.length, 1)
})

test('what isn’t named is not looked at', async t => {
  const { status } = await posting(t, 'permit (principal, action, resource) when { context.body.count < 10 };')
  assert.deepEqual(
    [await status({ count: 3 }), await status({ count: 3, amount: null, order: 7, express: {} })],
    [200, 200],
  )
  assert.equal(await status({ amount: 1 }), 403)
})

test('a body that is no strict JSON, or too big, is refused before any policy could take it for less', async t => {
  const { post, gateway, backend } = await posting(
    t,
    'permit (principal, action, resource) when { context.body.count < 10 };',
  )
  const refused = async (body: RequestInit['body'] | undefined, headers?: Record<string, string>) => {
    const problem = await problemOf(await post(body, headers))
    return [problem.status, problem.code, problem.stage]
  }
  const malformed = [400, 'body-malformed', 'authorize']
  assert.deepEqual(await refused('{"count":3,"count":300}'), malformed)
  assert.deepEqual(await refused('{"count":3,"c\\u006funt":300}'), malformed)
  assert.deepEqual(await refused('{"count":3'), malformed)
  assert.deepEqual(await refused('{"count":3} {"count":300}'), malformed)
  assert.deepEqual(await refused('\ufeff{"count":3}'), malformed)
  assert.deepEqual(await refused(Buffer.from('{"count":3,"a":"\xff"}', 'latin1')), malformed)
  assert.deepEqual(await refused('['.repeat(100_000)), malformed)
  assert.deepEqual(await refused('{"__proto__":{"count":3}}'), [403, 'policy-refuses', 'authorize'])
  assert.deepEqual(await refused('count=3', { 'Content-Type': 'application/x-www-form-urlencoded' }), [
    415,
    'media-unsupported',
    'authorize',
  ])
  assert.deepEqual(await refused('{"count":3}', { 'Content-Encoding': 'zstd' }), [
    415,
    'media-unsupported',
    'authorize',
  ])
  assert.deepEqual(await refused(undefined), [403, 'policy-refuses', 'authorize'])
  const big = `{"count":3,"a":"${'a'.repeat(11 * 2 ** 20)}"}`
  assert.deepEqual((await refused(big)).slice(0, 2), [413, 'body-too-large'])
  assert.equal(backend.received.length, 0)
  assert.ok(gateway.events.every(({ refusal }) => refusal !== undefined && refusal.reason !== ''))
})

test('a body of ten megabytes is judged as any other', async t => {
  const { post } = await posting(
    t,
    'permit (principal, action, resource) when { context.body.count < 10 };',
    '{ count: number }',
  )
  const padded = (count: number) => `{${' '.repeat(10 * 2 ** 20 - 100)}"count":${count}}`
  assert.deepEqual([(await post(padded(3))).status, (await post(padded(30))).status], [200, 403])
})

test('calls of operations that no policy with a body is about need none', async t => {
  const backend = await startBackend(t)
  const yaml = `
sallyport: 1
gateway: { http: 0 }
apis:
  warehouse:
    path: /warehouse
    identify: anonymous
    authorize: { policy: { file: rules.cedar, body: { count: number } } }
    forward: { to: "${backend.url}" }
    operations: { GET /orders: {}, POST /orders: {}, PUT /orders: {}, DELETE /orders: {} }`
  const policies = `
    permit (principal, action == Action::"POST /orders", resource) when { context.body.count < 10 };
    permit (principal, action in [Action::"GET /orders", Action::"PUT /orders"], resource);
    forbid (principal, action, resource) when { context has body && context.body.count == 7 }
    unless { action == Action::"PUT /orders" };`
  const { call } = await startGateway(t, yaml, { files: { 'rules.cedar': policies.replace(/forbid[^;]*;/, '') } })
  const status = async (method: string, body?: string) =>
    (await call(url, { method, ...(body !== undefined && { headers: json, body }) })).status
  const posted = [await status('POST', '{"count":3}'), await status('POST', '{"count":30}'), await status('POST')]
  assert.deepEqual(posted, [200, 403, 403])
  assert.deepEqual([await status('GET'), await status('PUT', 'no JSON'), await status('DELETE')], [200, 200, 403])
  const all = await startGateway(t, yaml, { files: { 'rules.cedar': policies } })
  assert.equal((await all.call(url)).status, 200)
  assert.equal((await all.call(url, { method: 'PUT', headers: json, body: '{"count":7}' })).status, 200)
  assert.equal((await all.call(url, { method: 'POST', headers: json, body: '{"count":7}' })).status, 403)
  assert.equal((await all.call(url, { method: 'PUT', headers: json, body: '{}' })).status, 403)
})

test('policies that name what is not declared of bodies, or what no call has, do not load', async t => {
  const wrong = async (policy: string, body: string, operation = 'POST /orders') => {
    const authorize = `{ policy: { file: rules.cedar, body: ${body} } }`
    const yaml = guardedYaml({ to: 'http://127.0.0.1:9', identify: 'anonymous', authorize, operation })
    const [mistake = ''] = await mistakesOf(t, yaml, { files: { 'rules.cedar': policy } })
    return mistake
  }
  const when = (condition: string) => `permit (principal, action, resource) when { ${condition} };`
  assert.match(
    await wrong(when('context.body.amont == 1'), '{ amount: number }'),
    /line 1, column 45: .*`body\.amont`.*`amount`/,
  )
  assert.match(await wrong(when('context.body.note == "a"'), '{ note?: text }'), /note/)
  assert.match(await wrong(when('context.body.amount == "1"'), '{ amount: number }'), /types/)
  assert.match(await wrong(when('context.body.amount > 1'), '{ amount: decimal }'), /type|expected/)
  assert.match(
    await wrong(when('context.body.amount == 1'), '{ amount: number }', 'GET /orders'),
    /`body`.*GET \/orders/,
  )
  assert.match(await wrong(when('context.body.amount == 1'), '{ amount: integer }'), /amount/)
  assert.match(await wrong(when('true'), '{ amount: number, amount?: number }'), /twice/)
  assert.match(await wrong(when('true'), '{ order: [text] }'), /order/)
})

test('conditions of limits know nothing of bodies', async t => {
  const yaml = guardedYaml({
    ...{ to: 'http://127.0.0.1:9', identify: 'anonymous', operation: 'POST /orders' },
    limit: `{ few: { allow: 1/hour, per: everyone, when: 'context.body.count > 1' } }`,
  })
  assert.match((await mistakesOf(t, yaml))[0] ?? '', /`body`/)
})
