import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { guardedYaml, staffIssuer } from '../harness/guarded.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { problemOf } from '../harness/problem.ts'
import { bearer, testIssuer } from '../harness/tokens.ts'

const issuer = await testIssuer()
const files = { 'jwks.json': issuer.jwks }
const hour = 3_600_000

const yamlWith = (limit: string, { to = 'http://127.0.0.1:9', more = '', identify = '{ jwt: staff }' } = {}) =>
  guardedYaml({
    to,
    identify,
    issuers: `{ staff: ${staffIssuer('claims: { office: text, level: number }')} }`,
    limit,
    more,
  })

async function gatewayWith(t: TestContext, limit: string, more = '') {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, yamlWith(limit, { to: backend.url, more }), { files })
  const answer = async (claims: object) =>
    gateway.call('/warehouse/items', bearer(await issuer.token({ exp: 9e9, ...claims })))
  const statuses = async (count: number, claims: object) => {
    const all: number[] = []
    for (let i = 0; i < count; i++) all.push((await answer(claims)).status)
    return all
  }
  return { gateway, backend, answer, statuses }
}

const ok = (count: number) => Array<number>(count).fill(200)
const regional = { office: 'regional' }
const orders = `{ orders: { allow: 10/hour, per: user, when: 'principal.office == "regional"' } }`

test('[W14] a regional office orders ten times an hour, and others as often as they like', async t => {
  const { gateway, answer, statuses, backend } = await gatewayWith(t, orders)
  assert.deepEqual(await statuses(11, regional), [...ok(10), 429])
  assert.deepEqual(await statuses(11, { office: 'head' }), ok(11))
  const { limit, retryAfter } = await problemOf(await answer(regional))
  assert.deepEqual([limit, retryAfter, backend.received.length], ['orders', 3600, 21])
  gateway.clock.advance(hour)
  assert.deepEqual(await statuses(11, regional), [...ok(10), 429])
})

test('where a condition cannot be told the limit holds', async t => {
  const { statuses } = await gatewayWith(t, orders.replace('10/hour', '1/hour'))
  const unclear: readonly object[] = [{}, { office: null }, { office: 7 }, { office: ['head'] }, { office: {} }]
  for (const [i, claims] of unclear.entries())
    assert.deepEqual(await statuses(2, { sub: `user-${i}`, ...claims }), [200, 429], JSON.stringify(claims))
  const query = `{ few: { allow: 1/hour, per: user, when: 'context.query.sync == "1"' } }`
  const by = await gatewayWith(t, query)
  const called = async (sub: string, query: string) =>
    (await by.gateway.call(`/warehouse/items${query}`, bearer(await issuer.token({ exp: 9e9, sub })))).status
  for (const [i, query] of ['', '?sync=1', '?sync=0&sync=0', '?Sync=0'].entries())
    assert.deepEqual([await called(`user-${i}`, query), await called(`user-${i}`, query)], [200, 429], query)
  assert.deepEqual([await called('other', '?sync=0'), await called('other', '?sync=0')], ok(2))
})

test('a limit that does not count a call is not told of, and the others are in their places', async t => {
  const limit = `${orders.slice(0, -1)}, calls: { allow: 100/hour, per: user } }`
  const { answer } = await gatewayWith(t, limit)
  const told = async (claims: object) => (await answer(claims)).headers.get('ratelimit')
  assert.equal(await told({ office: 'head' }), '"calls";r=99;t=3600')
  assert.equal(await told(regional), '"orders";r=9;t=3600, "calls";r=98;t=3600')
})

test('plans are limits with conditions: each caller has the one of their role', async t => {
  const [gold, free] = [`'principal in Role::"gold"'`, `'!(principal in Role::"gold")'`]
  const limit = `{ gold: { allow: 4/hour, per: user, when: ${gold} }, free: { allow: 2/hour, per: user, when: ${free} } }`
  const { statuses } = await gatewayWith(t, limit)
  assert.deepEqual(await statuses(5, { sub: 'ann', roles: ['gold', 'silver'] }), [...ok(4), 429])
  assert.deepEqual(await statuses(3, { sub: 'ben', roles: ['golden'] }), [...ok(2), 429])
  assert.deepEqual(await statuses(3, { sub: 'eve' }), [...ok(2), 429])
})

test('a condition may go by the clock of a zone', async t => {
  const limit = `{ night: { allow: 1/hour, per: user, when: { cedar: 'context.time.hour >= 22', zone: Australia/Sydney } } }`
  const { gateway, statuses } = await gatewayWith(t, limit)
  // 23:00 there; an hour later it is midnight.
  assert.deepEqual(await statuses(2, {}), [200, 429])
  gateway.clock.advance(hour)
  assert.deepEqual(await statuses(3, {}), ok(3))
})

test('slots may have a condition too, and lists tell it', async t => {
  const { gateway } = await gatewayWith(
    t,
    String.raw`{ slots: { concurrent: 1, per: user, when: "\nprincipal  in Role::\"free\"" } }`,
  )
  await gateway.call('/warehouse/items')
  assert.deepEqual(gateway.events.at(-1)?.rules?.limit, ['slots: 1 at once per user when principal in Role::"free"'])
})

test('lists show the beginning of a long condition', async t => {
  const long = Array.from({ length: 30 }, (_, i) => `principal.office == "office-${i}"`).join(' || ')
  const { gateway } = await gatewayWith(t, `{ few: { allow: 1/hour, per: user, when: '${long}' } }`)
  await gateway.call('/warehouse/items')
  const [label = ''] = gateway.events.at(-1)?.rules?.limit ?? []
  assert.match(label, /^few: 1\/hour per user when principal\.office == "office-0" .*…$/)
  assert.ok(label.length < 160)
})

test('a condition that cannot be judged by does not load, and is told with its place', async t => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['principal.offise == "regional"', /limit\.orders\.when: line 1, column 1: .*`offise`.*did you mean `office`/],
    ['\n  principal.level == "3"', /orders\.when: line 2, column 3: .*(equal|types)/],
    ['principal.office', /orders\.when: .*line 1, column 1: .*(boolean|Bool)/i],
    ['principal.office = "regional"', /orders\.when: line 1, column 1: '=' is not/],
    ['true; permit (principal, action, resource)', /orders\.when: line 1, column 5/],
    ['true }; permit (principal, action, resource) when { true', /needs one condition/],
    ['true } unless { false', /needs one condition/],
    ['true } when { true', /needs one condition/],
    ['', /orders\.when/],
    [' ', /orders\.when: /],
    ['principal.level > 3 && false', /when: the condition can never hold: it is false/],
    ['principal.level > 3 &&\n principal.level < 2', /when: .*the condition can never hold: .*contradict/],
    ['// principal.office == "regional"', /orders\.when: /],
    ['principal.level == 9007199254740993', /2\^53/],
    [`${'('.repeat(100)}true${')'.repeat(100)}`, /at most 50 brackets/],
    ['principal == ?principal', /orders\.when: /],
    [`principal.office == "${'x'.repeat(2 ** 18)}"`, /256 KiB/],
  ]
  for (const [condition, message] of wrong) {
    const [mistake = ''] = await mistakesOf(
      t,
      yamlWith(`{ orders: { allow: 10/hour, per: user, when: ${JSON.stringify(condition)} } }`),
      { files },
    )
    assert.match(mistake, message, condition.slice(0, 100))
  }
  const settings: readonly (readonly [string, RegExp])[] = [
    ['{ cedar: "true", zone: Mars/Base }', /when\.zone: needs a time zone/],
    ['{ zone: UTC }', /missing key "cedar"/],
    ['{ cedar: "true", tz: UTC }', /tz/],
    ['[true]', /when/],
  ]
  for (const [when, message] of settings) {
    const [mistake = ''] = await mistakesOf(t, yamlWith(`{ orders: { allow: 1/hour, per: user, when: ${when} } }`), {
      files,
    })
    assert.match(mistake, message, when)
  }
})

test('conditions of limits that all operations inherit are looked at where those stand', async t => {
  const limit = `limit: { few: { allow: 1/hour, per: user, when: 'resource.id == "7"' } }`
  const yaml = yamlWith('{}').replace('gateway: { ', `gateway: { ${limit}, `)
  assert.match((await mistakesOf(t, yaml, { files }))[0] ?? '', /^gateway\.limit\.few\.when: .*`id`/)
  await startGateway(t, yaml.replaceAll('/items', '/items/{id}'), { files })
})

test('before callers are known there are no conditions', async t => {
  const admit = `        admit: { limit: { flood: { allow: 1/second, per: ip, when: 'true' } } }`
  const mistakes = await mistakesOf(t, yamlWith('{}', { more: admit }), { files })
  assert.match(mistakes.join(), /flood.*when/)
})
