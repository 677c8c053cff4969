import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { callerOf } from '../harness/caller.ts'
import { startGateway } from '../harness/gateway.ts'
import { guardedYaml, staffIssuer } from '../harness/guarded.ts'
import { basicOf, keysFile, newKey, usersFile } from '../harness/keys.ts'
import { problemOf } from '../harness/problem.ts'
import { testIssuer } from '../harness/tokens.ts'

const issuer = await testIssuer()
const key = newKey({ application: 'scanner', scopes: ['list_items', 'count_items'] })
const users = await usersFile({ user1: 'password1' })
const files = { 'jwks.json': issuer.jwks, 'keys.yaml': keysFile({ key }), 'users.yaml': users }

async function gatewayWith(t: TestContext, identify: string, authorize = 'anyone') {
  const backend = await startBackend(t)
  const yaml = guardedYaml({
    to: backend.url,
    issuers: `{ staff: ${staffIssuer()} }`,
    sets: 'apiKeys: ./keys.yaml\nusers: ./users.yaml',
    identify,
    authorize,
  })
  const gateway = await startGateway(t, yaml, { files })
  const answer = (...credentials: Record<string, string>[]) =>
    gateway.call('/warehouse/items', { headers: Object.assign({}, ...credentials) })
  const status = async (...credentials: Record<string, string>[]) => (await answer(...credentials)).status
  return { backend, gateway, answer, status }
}

const token = { Authorization: `Bearer ${await issuer.token({ scope: 'list_items order_item' })}` }
const badToken = { Authorization: `Bearer ${await issuer.token({ aud: 'elsewhere' })}` }
const goodKey = { 'X-API-Key': key.key }
const badKey = { 'X-API-Key': newKey().key }
const password = basicOf('user1', 'password1')

const jwtOrKey = '{ any: [{ jwt: staff }, { apiKey: {} }] }'
const jwtAndKey = '{ all: [{ jwt: staff }, { apiKey: {} }] }'

test('[F15] of any one is enough, none is 401, and the backend learns which one it was', async t => {
  const { backend, status } = await gatewayWith(t, jwtOrKey)
  assert.deepEqual([await status(token), await status(goodKey), await status()], [200, 200, 401])
  const told = backend.received.map(received => [callerOf(received).credential, callerOf(received).sub])
  assert.deepEqual(told, [
    ['jwt', 'alice'],
    ['apiKey', 'scanner'],
  ])
})

test('[F15] all that is presented must be good: a bad token beside a good key is 401, and a bad key beside a good token', async t => {
  const { backend, status } = await gatewayWith(t, jwtOrKey)
  assert.deepEqual([await status(badToken, goodKey), await status(token, badKey)], [401, 401])
  assert.equal(backend.received.length, 0)
})

test('a refusal says which credential was bad: to the caller in the challenge, to the operator in the record', async t => {
  const { gateway, answer } = await gatewayWith(t, jwtOrKey)
  const error = async (...credentials: Record<string, string>[]) =>
    /error="(\w+)"/.exec((await answer(...credentials)).headers.get('www-authenticate') ?? '')?.[1]
  assert.deepEqual([await error(badToken), await error(badKey), await error()], ['invalid_token', undefined, undefined])
  assert.deepEqual(
    gateway.events.map(({ refusal }) => refusal?.rule),
    ['jwt', 'apiKey', undefined],
  )
})

test('of two good ones the first that is listed names the caller, and their rights are not added up', async t => {
  const { backend, gateway, answer } = await gatewayWith(t, jwtOrKey, '{ scopes: [count_items] }')
  assert.deepEqual((await problemOf(await answer(token, goodKey))).missing, { scopes: ['count_items'] })
  assert.equal((await answer(goodKey)).status, 200)
  const turned = await gatewayWith(t, '{ any: [{ apiKey: {} }, { jwt: staff }] }')
  assert.equal((await turned.answer(token, goodKey)).status, 200)
  assert.equal(callerOf(turned.backend.received[0]).sub, 'scanner')
  assert.equal(backend.received.length, 1)
  assert.equal(gateway.events[0]?.credential?.kind, 'jwt')
})

test('[F16] of all each one is needed: either alone is 401, both are 200', async t => {
  const { backend, status } = await gatewayWith(t, jwtAndKey)
  assert.deepEqual([await status(), await status(token), await status(goodKey)], [401, 401, 401])
  assert.deepEqual([await status(badToken, goodKey), await status(token, badKey)], [401, 401])
  assert.equal(backend.received.length, 0)
  assert.equal(await status(token, goodKey), 200)
  assert.equal(callerOf(backend.received[0]).sub, 'alice', 'the first that is listed names the caller')
})

test('[F16] a good credential to which another is missing is no guess, and its token is not called invalid', async t => {
  const { answer } = await gatewayWith(t, jwtAndKey)
  const refused = await answer(token)
  assert.equal((await problemOf(refused)).code, 'credential-missing')
  assert.doesNotMatch(refused.headers.get('www-authenticate') ?? '', /invalid_token/)
})

test('with all, only the scopes that every credential has count', async t => {
  const has = async (scope: string) =>
    (await gatewayWith(t, jwtAndKey, `{ scopes: [${scope}] }`)).status(token, goodKey)
  assert.deepEqual([await has('list_items'), await has('order_item'), await has('count_items')], [200, 403, 403])
})

test('any and all nest: a password, or a token together with a key', async t => {
  for (const identify of [
    `{ any: [{ basic: {} }, ${jwtAndKey}] }`,
    `{ any: [${jwtAndKey}, { basic: {} }] }`,
    `{ any: [{ any: [${jwtAndKey}] }, { any: [{ basic: {} }] }] }`,
  ]) {
    const { status } = await gatewayWith(t, identify)
    assert.deepEqual([await status(password), await status(token, goodKey)], [200, 200])
    assert.deepEqual([await status(), await status(token), await status(goodKey)], [401, 401, 401])
    assert.equal(await status(password, goodKey), 200, 'half of the others beside a whole one')
    assert.equal(await status(password, badKey), 401, 'but nothing bad')
  }
})

test('any and all nest: a key together with a token or a password', async t => {
  const { status } = await gatewayWith(t, '{ all: [{ apiKey: {} }, { any: [{ jwt: staff }, { basic: {} }] }] }')
  assert.deepEqual([await status(goodKey, token), await status(goodKey, password)], [200, 200])
  assert.deepEqual([await status(goodKey), await status(token), await status(password)], [401, 401, 401])
})

test('half of all never passes as anonymous', async t => {
  const { backend, status } = await gatewayWith(t, `{ any: [${jwtAndKey}, anonymous] }`)
  assert.deepEqual([await status(token), await status(goodKey)], [401, 401])
  assert.equal(backend.received.length, 0)
  assert.deepEqual([await status(), await status(token, goodKey)], [200, 200])
})
