import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startGateway } from '../harness/gateway.ts'
import { goodClaims, testIssuer } from '../harness/tokens.ts'
import { readChallenges } from './challenge.ts'

const url = 'https://api.example.com'

const operations = {
  'GET /items': { authorize: { scopes: ['list_items'] } },
  'POST /orders': { authorize: { anyOf: [{ scopes: ['order_item'] }, { scopes: ['list_items'], roles: ['clerk'] }] } },
}

async function open(t: TestContext, apis: Readonly<Record<string, object>>, base = url) {
  const issuer = await testIssuer()
  const shared = { audience: 'warehouse', keys: { file: './jwks.json' } }
  const issuers = {
    staff: { issuer: goodClaims.iss, ...shared },
    partners: { issuer: 'https://partners.example.com/tenant', ...shared },
    anybody: { issuer: 'any', ...shared },
    named: { issuer: 'urn:example:issuer', ...shared },
  }
  const forward = { to: 'http://127.0.0.1:1' }
  const all = Object.entries(apis).map(([name, api]) => [name, { path: `/${name}`, forward, ...api }])
  const yaml = JSON.stringify({ sallyport: 1, gateway: { http: 0, url: base }, issuers, apis: Object.fromEntries(all) })
  const gateway = await startGateway(t, yaml, { files: { 'jwks.json': issuer.jwks } })
  const metadataOf = async (path: string): Promise<Readonly<Record<string, unknown>>> => {
    const response = await gateway.call(`/.well-known/oauth-protected-resource${path}`)
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('Content-Type'), 'application/json')
    return JSON.parse(await response.text())
  }
  return { gateway, metadataOf }
}

test('metadata names the resource, who vouches for its callers, and what it asks for (sections 2 and 3.2)', async t => {
  const any = [{ jwt: 'staff' }, { jwt: 'partners' }, { apiKey: {} }]
  const { metadataOf } = await open(t, { warehouse: { identify: { any }, operations } })
  assert.deepEqual(await metadataOf('/warehouse'), {
    resource: `${url}/warehouse`,
    resource_name: 'warehouse',
    authorization_servers: [goodClaims.iss, 'https://partners.example.com/tenant'],
    scopes_supported: ['list_items', 'order_item'],
    bearer_methods_supported: ['header'],
  })
})

test('lists that would be empty are left out, and issuers without a URL are no authorization servers', async t => {
  const apis = { open: 'anybody', named: 'named' }
  const written = Object.entries(apis).map(([name, jwt]) => [name, { identify: { jwt }, authorize: 'anyone' }])
  const { metadataOf } = await open(t, Object.fromEntries(written))
  for (const name of Object.keys(apis)) {
    const names = Object.keys(await metadataOf(`/${name}`))
    assert.deepEqual(names.sort(), ['bearer_methods_supported', 'resource', 'resource_name'])
  }
})

test('metadata says in which of the ways of RFC 6750 a token is read, and none where it is none of them', async t => {
  const places = {
    header: [{ issuer: 'staff' }, ['header']],
    query: [{ issuer: 'staff', query: 'access_token' }, ['query']],
    parameter: [{ issuer: 'staff', query: 'token' }, []],
    cookie: [{ issuer: 'staff', cookie: 'session' }, []],
    scheme: [{ issuer: 'staff', header: 'Authorization', scheme: 'Token' }, []],
    field: [{ issuer: 'staff', header: 'X-Auth' }, []],
  } as const
  const rules = { authorize: 'anyone', inspect: { csrf: 'off' } }
  const apis = Object.entries(places).map(([name, [jwt]]) => [name, { identify: { jwt }, ...rules }])
  const { metadataOf } = await open(t, Object.fromEntries(apis))
  for (const [name, [, methods]] of Object.entries(places)) {
    assert.deepEqual((await metadataOf(`/${name}`)).bearer_methods_supported, methods, name)
  }
})

test('a challenge leads to the metadata of the resource that was called (sections 3.1, 3.3 and 5.1)', async t => {
  const nested = { path: '/deep/down', identify: { jwt: 'staff' }, operations }
  const rooted = { path: '/', identify: { jwt: 'staff' }, authorize: 'anyone' }
  const { gateway } = await open(t, { warehouse: { identify: { jwt: 'staff' }, operations }, nested, rooted })
  for (const path of ['/warehouse', '/deep/down', '']) {
    const refused = await gateway.call(`${path}/items`)
    assert.equal(refused.status, 401)
    const [bearer] = readChallenges(refused.headers.get('WWW-Authenticate') ?? '')
    const location = bearer?.parameters.get('resource_metadata') ?? ''
    assert.equal(location, `${url}/.well-known/oauth-protected-resource${path}`)
    const response = await gateway.call(location.slice(url.length))
    assert.equal(JSON.parse(await response.text()).resource, url + path)
  }
})

test('metadata is read without a credential, by GET and HEAD alone', async t => {
  const { gateway } = await open(t, { warehouse: { identify: { jwt: 'staff' }, operations } })
  const path = '/.well-known/oauth-protected-resource/warehouse'
  assert.equal((await gateway.call(path, { method: 'HEAD' })).status, 200)
  assert.equal((await gateway.call(path, { headers: { Authorization: 'Bearer x' } })).status, 200)
  const posted = await gateway.call(path, { method: 'POST' })
  assert.deepEqual([posted.status, posted.headers.get('Allow')], [405, 'GET, HEAD'])
})

test('an API that reads no tokens has no metadata, and one that is unknown has none', async t => {
  const { gateway } = await open(t, { keys: { identify: { apiKey: {} }, authorize: 'anyone' } })
  for (const path of ['/keys', '/unknown', '']) {
    assert.equal((await gateway.call(`/.well-known/oauth-protected-resource${path}`)).status, 404)
  }
})
