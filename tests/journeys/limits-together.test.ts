import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { guardedYaml, staffIssuer } from '../harness/guarded.ts'
import { keysFile, newKey } from '../harness/keys.ts'
import { problemOf } from '../harness/problem.ts'
import { bearer, testIssuer } from '../harness/tokens.ts'

const issuer = await testIssuer()
const key = newKey({ application: 'shop', scopes: ['list_items'] })
const files = { 'jwks.json': issuer.jwks, 'keys.yaml': keysFile({ key }) }

const yamlWith = (to: string, limit: string, more = '') =>
  guardedYaml({
    to,
    issuers: `{ staff: ${staffIssuer()} }`,
    sets: 'apiKeys: ./keys.yaml',
    identify: '{ any: [{ jwt: staff }, { apiKey: {} }] }',
    authorize: '{ anyOf: [{ scopes: [list_items] }, { roles: [clerk] }] }',
    limit,
    more,
  })

async function gatewayWith(t: TestContext, limit: string, more?: string) {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, yamlWith(backend.url, limit, more), { files })
  const answer = async (claims: object = {}, path = '/warehouse/items') =>
    gateway.call(path, bearer(await issuer.token({ exp: 9e9, ...claims })))
  const statuses = async (count: number, claims?: object, path?: string) => {
    const all: number[] = []
    for (let i = 0; i < count; i++) all.push((await answer(claims, path)).status)
    return all
  }
  return { gateway, backend, answer, statuses }
}

const day = 86_400_000
const both = '{ daily: { allow: 5/day, per: user }, burst: { allow: 2/second, per: user } }'

test('[W15] a burst is refused though quota is left, a spent quota though calls are slow, and the 429 tells which', async t => {
  const { gateway, answer, statuses } = await gatewayWith(t, both)
  assert.deepEqual(await statuses(2), [200, 200])
  const refusal = async () => {
    const refused = await answer()
    const { limit, retryAfter } = await problemOf(refused)
    assert.equal(refused.headers.get('retry-after'), String(retryAfter))
    return [refused.status, limit, retryAfter]
  }
  assert.deepEqual(await refusal(), [429, 'burst', 1])
  gateway.clock.advance(1000)
  assert.deepEqual(await statuses(2), [200, 200])
  gateway.clock.advance(1000)
  assert.deepEqual(await statuses(1), [200])
  gateway.clock.advance(5000)
  assert.deepEqual(await refusal(), [429, 'daily', day / 1000 - 7])
  gateway.clock.advance(day)
  assert.deepEqual(await statuses(1), [200])
})

test('limits are taken together or not at all: a refused call uses up nothing of any', async t => {
  const { gateway, statuses, answer } = await gatewayWith(t, both)
  assert.deepEqual(await statuses(12), [200, 200, ...Array<number>(10).fill(429)])
  gateway.clock.advance(1000)
  const left = (await answer()).headers.get('ratelimit') ?? ''
  assert.match(left, /"daily";r=2;/, 'three of five are used')
  assert.match(left, /"burst";r=1;/)
})

test('what other stages refuse uses up nothing', async t => {
  const { answer, statuses, gateway } = await gatewayWith(t, '{ few: { allow: 2/day, per: everyone } }')
  assert.equal((await answer({ scope: '' })).status, 403)
  assert.equal((await answer({ aud: 'elsewhere' })).status, 401)
  assert.equal((await gateway.call('/warehouse/items')).status, 401)
  assert.equal((await gateway.call('/warehouse/nowhere')).status, 404)
  assert.deepEqual(await statuses(3), [200, 200, 429])
})

test('each user, application, credential and claim has its own count', async t => {
  const alice = { sub: 'alice', azp: 'shop', jti: '1', office: 'north' }
  const differs: Readonly<Record<string, object>> = {
    user: { sub: 'bob' },
    application: { azp: 'scanner' },
    credential: { jti: '2' },
    '{ claim: office }': { office: 'south' },
  }
  for (const [per, other] of Object.entries(differs)) {
    const { statuses } = await gatewayWith(t, `{ one: { allow: 1/day, per: ${per} } }`)
    assert.deepEqual(await statuses(2, alice), [200, 429], per)
    const rest = Object.assign({}, ...Object.values(differs).filter(claims => claims !== other))
    assert.deepEqual(await statuses(1, { ...alice, ...rest }), [429], `${per}: all else may differ`)
    assert.deepEqual(await statuses(2, { ...alice, ...other }), [200, 429], per)
  }
})

test('a key is counted as the application that it belongs to, and never as a client of that name', async t => {
  const { gateway, statuses } = await gatewayWith(t, '{ one: { allow: 1/day, per: application } }')
  const withKey = async () => (await gateway.call('/warehouse/items', { headers: { 'X-API-Key': key.key } })).status
  assert.deepEqual(await statuses(2, { azp: 'shop' }), [200, 429])
  assert.deepEqual([await withKey(), await withKey()], [200, 429])
})

const levels = `
      GET /prices:
        authorize: anyone
        limit: { own: { allow: 2/day, per: user } }
      GET /free:
        authorize: anyone
        without: [api]
    limit: { api: { allow: 3/day, per: user } }`

test('limits of gateway, API and operation all hold, and one that an API wrote is shared by its operations', async t => {
  const { answer, statuses } = await gatewayWith(t, '{}', levels)
  assert.deepEqual(await statuses(3, {}, '/warehouse/prices'), [200, 200, 429])
  assert.deepEqual(await statuses(2), [200, 429], 'the third of three was left for the others')
  assert.equal((await problemOf(await answer())).limit, 'api')
})

test('without takes an inherited limit away, for that operation alone', async t => {
  const { statuses } = await gatewayWith(t, '{}', levels)
  assert.deepEqual(await statuses(5, {}, '/warehouse/free'), [200, 200, 200, 200, 200])
  assert.deepEqual(await statuses(4), [200, 200, 200, 429])
})

test('counters survive a reload; a limit that was changed begins anew, the others go on', async t => {
  const { gateway, backend, statuses } = await gatewayWith(t, both)
  const change = async (limit: string, comment: string) => {
    await gateway.change('sallyport.yaml', `${yamlWith(backend.url, limit)}\n# ${comment}`)
    assert.deepEqual(gateway.reloads.at(-1), [])
  }
  assert.deepEqual(await statuses(2), [200, 200])
  await change(both, 'a comment')
  assert.deepEqual(await statuses(1), [429])
  gateway.clock.advance(1000)
  assert.deepEqual(await statuses(2), [200, 200])
  await change(both.replace('2/second', '9/second'), 'more at once')
  assert.deepEqual(await statuses(3), [200, 429, 429], 'four of the five of the day were used before')
})
