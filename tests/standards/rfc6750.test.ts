import assert from 'node:assert/strict'
import { request } from 'node:http'
import { type TestContext, test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { noon, startGateway } from '../harness/gateway.ts'
import { problemOf } from '../harness/problem.ts'
import { goodClaims, testIssuer } from '../harness/tokens.ts'
import { type Challenge, readChallenges } from './challenge.ts'

const issuers = {
  staff: { issuer: goodClaims.iss, audience: 'warehouse', keys: { file: './jwks.json' } },
}

async function open(t: TestContext, identify: unknown = { jwt: 'staff' }, scopes = ['list_items', 'see_prices']) {
  const backend = await startBackend(t)
  const issuer = await testIssuer()
  const operations = {
    'GET /items': { authorize: { scopes } },
    'POST /items': { authorize: { scopes }, inspect: { csrf: 'off' } },
    'GET /office': { authorize: { roles: ['clerk'] } },
  }
  const apis = { warehouse: { path: '/warehouse', identify, forward: { to: backend.url }, operations } }
  const gateway = { http: 0, url: 'https://api.example.com' }
  const yaml = JSON.stringify({ sallyport: 1, gateway, issuers, apis })
  const running = await startGateway(t, yaml, { files: { 'jwks.json': issuer.jwks } })
  const get = (authorization?: string, path = '/warehouse/items') =>
    running.call(path, authorization === undefined ? {} : { headers: { Authorization: authorization } })
  return { backend, issuer, get, call: running.call, url: running.url }
}

function challengesOf(response: Response): Challenge[] {
  return readChallenges(response.headers.get('WWW-Authenticate') ?? '')
}

function bearerOf(response: Response): ReadonlyMap<string, string> {
  const bearer = challengesOf(response).filter(({ scheme }) => scheme === 'Bearer')
  assert.equal(bearer.length, 1)
  return bearer[0]?.parameters ?? new Map()
}

test('a call without a credential is told scheme, realm and scope, and no error (section 3.1)', async t => {
  const { get } = await open(t)
  const response = await get()
  assert.equal(response.status, 401)
  const parameters = bearerOf(response)
  assert.deepEqual([...parameters.keys()].sort(), ['realm', 'resource_metadata', 'scope'])
  assert.equal(parameters.get('realm'), 'staff')
  assert.equal(parameters.get('scope'), 'list_items see_prices')
})

test('a token that is malformed, expired or meant for others is an invalid_token (section 3.1)', async t => {
  const { get, issuer } = await open(t)
  const past = { iat: noon / 1000 - 7200, exp: noon / 1000 - 3600 }
  const others = await issuer.token({ aud: 'elsewhere' })
  for (const token of [
    'x',
    'x.y.z',
    await issuer.token(past),
    others,
    await issuer.token({ iss: 'https://evil.example' }),
  ]) {
    const response = await get(`Bearer ${token}`)
    assert.equal(response.status, 401)
    assert.equal(bearerOf(response).get('error'), 'invalid_token')
  }
})

test('a token without the scopes is told insufficient_scope, and which scopes are needed (section 3.1)', async t => {
  const { get, issuer, backend } = await open(t)
  const response = await get(`Bearer ${await issuer.token({ scope: 'list_items' })}`)
  assert.equal(response.status, 403)
  const parameters = bearerOf(response)
  assert.equal(parameters.get('error'), 'insufficient_scope')
  assert.equal(parameters.get('scope'), 'list_items see_prices')
  assert.deepEqual((await problemOf(response)).missing, { scopes: ['see_prices'] })
  assert.equal(backend.received.length, 0)
})

test('a caller who lacks a role is not told that another token would do', async t => {
  const { get, issuer } = await open(t)
  const response = await get(`Bearer ${await issuer.token()}`, '/warehouse/office')
  assert.equal(response.status, 403)
  assert.equal(response.headers.get('WWW-Authenticate'), null)
})

test('a call that is let by is not challenged', async t => {
  const { get, issuer } = await open(t)
  const response = await get(`Bearer ${await issuer.token({ scope: 'see_prices list_items' })}`)
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('WWW-Authenticate'), null)
})

test('the scheme is read in any case, and a token under another scheme is none (section 2.1)', async t => {
  const { get, issuer } = await open(t)
  const token = await issuer.token({ scope: 'see_prices list_items' })
  for (const scheme of ['Bearer', 'bearer', 'BEARER']) assert.equal((await get(`${scheme} ${token}`)).status, 200)
  for (const other of [
    `Basic ${token}`,
    `Token ${token}`,
    token,
    `Bearer${token}`,
    `Bearer\t${token}`,
    'Bearer',
    'Bearer ',
  ]) {
    const response = await get(other)
    assert.equal(response.status, 401, other.slice(0, 10))
    assert.equal(bearerOf(response).get('error'), 'invalid_token')
  }
})

test('a token in the form body or in the query is not read where a header is asked for (sections 2.2 and 2.3)', async t => {
  const { call, issuer, backend } = await open(t)
  const token = await issuer.token({ scope: 'see_prices list_items' })
  const form = { method: 'POST', body: new URLSearchParams({ access_token: token }) }
  for (const response of [await call('/warehouse/items', form), await call(`/warehouse/items?access_token=${token}`)]) {
    assert.equal(response.status, 401)
    assert.equal(bearerOf(response).has('error'), false)
  }
  assert.equal(backend.received.length, 0)
})

test('two tokens in one request are a malformed request (section 3.1, invalid_request)', async t => {
  const { url, issuer, backend } = await open(t)
  const token = `Bearer ${await issuer.token({ scope: 'see_prices list_items' })}`
  const status = await new Promise((resolve, reject) => {
    const sent = request(`${url}/warehouse/items`, { headers: { Authorization: [token, token] } })
    sent.on('response', response => resolve(response.resume().statusCode)).on('error', reject)
    sent.end()
  })
  assert.equal(status, 400)
  assert.equal(backend.received.length, 0)
})

test('every method of a route has its challenge, each well-formed and without a parameter twice', async t => {
  const any = [{ jwt: 'staff' }, { apiKey: { header: 'X-API-Key', query: 'key' } }, { basic: { realm: 'My "API"' } }]
  const { get } = await open(t, { any })
  const response = await get()
  assert.equal(response.status, 401)
  const challenges = challengesOf(response)
  assert.deepEqual(challenges.map(({ scheme }) => scheme).sort(), ['ApiKey', 'Basic', 'Bearer'])
  assert.equal(challenges.find(({ scheme }) => scheme === 'Basic')?.parameters.get('realm'), 'My "API"')
})

test('a scope that no challenge can name is demanded, and left out of the challenge', async t => {
  for (const scope of ['läsa', '読む', 'two words', 'a"b', 'a\\b']) {
    const { get, issuer } = await open(t, { jwt: 'staff' }, ['list_items', scope])
    const response = await get(`Bearer ${await issuer.token({ scope: 'list_items' })}`)
    assert.equal(response.status, 403)
    assert.equal(bearerOf(response).has('scope'), false)
    assert.deepEqual((await problemOf(response)).missing, { scopes: [scope] })
  }
})
