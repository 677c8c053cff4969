import assert from 'node:assert/strict'
import test from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { guardedYaml } from '../harness/guarded.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { gatewayWith, issuer } from '../harness/policed.ts'
import { problemOf } from '../harness/problem.ts'
import { bearer } from '../harness/tokens.ts'

const hour = 3_600_000
const minute = 60_000

const office = `
  @id("office-hours")
  permit (principal, action, resource)
  when {
    context has ip && context.ip.isInRange(ip("127.0.0.0/8")) &&
    context.time.weekday <= 5 && context.time.hour >= 9 && context.time.hour < 17
  };
`
const evening = `
  permit (principal, action, resource);

  @id("evening")
  forbid (principal, action, resource)
  when { context.time.ofDay >= duration("18h") }
  unless { principal in Role::"warehouse_admin" };
`

test('[W12] an operation is allowed only from an address, and only in office hours', async t => {
  const inside = await gatewayWith(t, office)
  const outside = await gatewayWith(t, office.replace('127.0.0.0/8', '10.0.0.0/8'))
  // Noon of a Thursday; then ten hours later.
  assert.deepEqual([await inside.status({}), await outside.status({})], [200, 403])
  for (const { gateway } of [inside, outside]) gateway.clock.advance(10 * hour)
  assert.deepEqual([await inside.status({}), await outside.status({})], [403, 403])
  assert.equal(outside.backend.received.length, 0)
})

test('a user is in the application that it calls through, and an application is itself', async t => {
  const { status } = await gatewayWith(t, 'permit (principal in Application::"shop", action, resource);')
  const user = { sub: 'ann', azp: 'shop' }
  assert.deepEqual(
    [await status(user), await status({ ...user, azp: 'till' }), await status({ sub: 'shop', azp: 'shop' })],
    [200, 403, 200],
  )
})

test('[W13] after six in the evening only who is warehouse_admin may call', async t => {
  const { gateway, status } = await gatewayWith(t, evening)
  const both = async () => [await status({ roles: ['warehouse_staff'] }), await status({ roles: ['warehouse_admin'] })]
  gateway.clock.advance(6 * hour - minute)
  assert.deepEqual(await both(), [200, 200])
  gateway.clock.advance(2 * minute)
  assert.deepEqual(await both(), [403, 200])
  gateway.clock.advance(6 * hour)
  assert.deepEqual(await both(), [200, 200])
})

test('a clock hangs in the zone that is written, summer time and all', async t => {
  const authorize = '{ policy: { file: rules.cedar, zone: Australia/Sydney } }'
  const { gateway, status } = await gatewayWith(t, office, { authorize })
  // 23:00 there in January, eleven hours ahead; 8:59, 9:00 and 16:59 of its Friday follow.
  const statuses = [await status({})]
  for (const ms of [9 * hour + 59 * minute, minute, 7 * hour + 59 * minute, minute]) {
    gateway.clock.advance(ms)
    statuses.push(await status({}))
  }
  assert.deepEqual(statuses, [403, 403, 200, 200, 403])
})

test('a refused caller is told that a policy refuses, and not which; the record says which', async t => {
  const { gateway, answer } = await gatewayWith(t, evening)
  gateway.clock.advance(7 * hour)
  const refused = await problemOf(await answer({}))
  assert.deepEqual([refused.status, refused.code, refused.stage], [403, 'policy-refuses', 'authorize'])
  assert.doesNotMatch(JSON.stringify(refused), /evening|warehouse_admin|18h/)
  assert.equal(gateway.events.at(-1)?.refusal?.reason, 'forbidden by evening')
})

test('declared claims are what policies know of a caller', async t => {
  const cedar = `permit (principal is User, action, resource)
    when { principal has office && principal.office == "head" && principal has level && principal.level >= 3 };`
  const claims = '{ office: text, level: { at: hr.level, is: number } }'
  const { status } = await gatewayWith(t, cedar, { claims })
  assert.equal(await status({ office: 'head', hr: { level: 3 } }), 200)
  assert.equal(await status({ office: 'head', hr: { level: 2 } }), 403)
  assert.equal(await status({ office: 'regional', hr: { level: 3 } }), 403)
  assert.equal(await status({ office: 'head' }), 403)
})

test('a claim that is not what it was declared to be opens nothing, also where only its absence would', async t => {
  const cedar = `permit (principal, action, resource); forbid (principal is User, action, resource) when { principal has banned };`
  const { status } = await gatewayWith(t, cedar, { claims: '{ banned: boolean }' })
  assert.equal(await status({}), 200)
  for (const banned of [true, false, null, 'yes', 1, 1.5, {}, [], 2 ** 60])
    assert.equal(await status({ banned }), 403, JSON.stringify(banned))
})

test('a forbid that cannot be judged refuses', async t => {
  const cedar = `
    permit (principal, action, resource);
    @id("sum")
    forbid (principal is User, action, resource)
    when { principal has level && principal.level * 9007199254740991 * 9007199254740991 == 0 };
  `
  const { gateway, status } = await gatewayWith(t, cedar, { claims: '{ level: number }' })
  assert.deepEqual([await status({ level: 1 }), await status({})], [403, 200])
  assert.match(gateway.events[0]?.refusal?.reason ?? '', /^sum could not be judged: integer overflow/)
})

test('fields that policies name are judged, and refused where they stand twice', async t => {
  const cedar = `
    permit (principal, action, resource);
    forbid (principal, action, resource) when { context.headers has "x-debug" || context.query has all };
  `
  const { gateway, status } = await gatewayWith(t, cedar)
  const url = '/warehouse/items'
  assert.deepEqual([await status({}, url), await status({}, `${url}?al=1`)], [200, 200])
  const twice = await gateway.call(url, {
    headers: [...Object.entries(bearer(await issuer.token()).headers), ['X-Debug', '1'], ['X-Debug', '2']],
  })
  assert.equal(twice.status, 403)
  for (const query of ['all', 'all=', 'all=1&all=2', '%61ll=1']) assert.equal(await status({}, `${url}?${query}`), 403)
  assert.equal(await status({}, url, { headers: { 'X-Debug': '' } }), 403)
})

test('an anonymous caller is nobody that a role or claim could be of', async t => {
  const backend = await startBackend(t)
  const yaml = guardedYaml({ to: backend.url, identify: 'anonymous', authorize: '{ policy: rules.cedar }' })
  const only = async (kind: string) => {
    const cedar = `permit (principal is ${kind}, action, resource);`
    const { call } = await startGateway(t, yaml, { files: { 'rules.cedar': cedar } })
    return (await call('/warehouse/items')).status
  }
  assert.deepEqual([await only('Anonymous'), await only('User'), await only('Application')], [200, 403, 403])
})

test('policies that cannot be judged by do not load, and are told with their place', async t => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    [
      'forbid (principal, action, resource);',
      /nothing in it permits anything.*permit \(principal, action, resource\);/,
    ],
    ['', /nothing in it permits anything/],
    ['permit (principal, action, resorce);', /rules\.cedar:1:28: .*resorce/],
    [
      '\npermit (principal, action, resource)\nwhen { context.tyme.hour > 1 };',
      /line 3, column 8: .*`tyme`.*did you mean `time`/,
    ],
    [
      'permit (principal, action == Action::"GET /item", resource);',
      /GET \/item.*did you mean `Action::"GET \/items"`/,
    ],
    ['permit (principal, action, resource) when { principal.office == "head" };', /`office`/],
    ['permit (principal, action, resource) when { context.time.hour == "9" };', /equal|types/],
    ['permit (principal, action, resource) when { context.time.hour == 9007199254740993 };', /2\^53/],
    [
      'permit (principal, action, resource)\nwhen { context.time.hour >= 18 && context.time.hour < 9 };',
      /line 2, column 8: this policy can never hold: context\.time\.hour >= 18 and context\.time\.hour < 9 contradict/,
    ],
    ['permit (principal == ?principal, action, resource);', /templates/],
    ['@id("a") permit (principal, action, resource); @id("a") permit (principal, action, resource);', /named "a" too/],
    [
      `permit (principal, action, resource) when { ${'('.repeat(5000)}true${')'.repeat(5000)} };`,
      /at most 50 brackets/,
    ],
  ]
  const yaml = guardedYaml({ to: 'http://127.0.0.1:9', identify: 'anonymous', authorize: '{ policy: rules.cedar }' })
  for (const [cedar, message] of wrong) {
    const [mistake = ''] = await mistakesOf(t, yaml, { files: { 'rules.cedar': cedar } })
    assert.match(mistake, message, cedar.slice(0, 100))
  }
})
