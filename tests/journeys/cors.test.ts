import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend, valuesOf } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { type Open, openYaml } from '../harness/open.ts'
import { grantsIn, preflight, variesByOrigin } from '../harness/pages.ts'
import { fieldOf, repliesIn, speak } from '../harness/raw.ts'

const listed = 'https://hmart.com'
const whole = `{ origins: [${listed}, https://abcstore.com, https://*.shops.example],
      methods: [GET, POST, PUT, DELETE, OPTIONS], headers: [Content-Type, Authorization, X-Custom-Header],
      credentials: true, expose: [X-RateLimit-Limit, X-RateLimit-Remaining], maxAge: 1h }`

async function start(t: Lifetime, cors: string, more: Partial<Open> = {}) {
  const backend = await startBackend(t, ({ url }, response) => {
    response.setHeader('Access-Control-Allow-Origin', '*')
    response.setHeader('Access-Control-Allow-Private-Network', 'true')
    response.setHeader('Vary', 'Accept-Encoding')
    response.statusCode = url === '/broken' ? 500 : 200
    response.end('{}')
  })
  const { api = [], ...others } = more
  const config = openYaml({ to: backend.url, api: [`protect: { cors: ${cors} }`, ...api], ...others })
  const gateway = await startGateway(t, config, { files: { 'keys.yaml': 'keys: {}' } })
  return { backend, gateway, get: (path: string, headers = {}) => gateway.call(path, { headers }) }
}

test('[F17] a listed origin is named in the answer, which varies by it; one that is not listed finds nothing', async t => {
  const { get } = await start(t, whole)
  for (const origin of [listed, 'https://abcstore.com', 'https://a.b.shops.example']) {
    const response = await get('/shop/items', { Origin: origin })
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('access-control-allow-origin'), origin)
    assert.equal(response.headers.get('vary'), 'Accept-Encoding, Origin')
  }
  for (const origin of ['https://attacker.com', 'https://hmart.com.evil.com', 'http://hmart.com', 'null', '']) {
    const response = await get('/shop/items', { Origin: origin })
    assert.equal(response.status, 200)
    assert.deepEqual(grantsIn(response), {})
    assert.ok(variesByOrigin(response))
  }
  assert.ok(variesByOrigin(await get('/shop/items')), 'a cache must not give the page what was got without an origin')
})

test('[F18] a preflight lists the methods and headers that are written, whatever it asks for', async t => {
  const { gateway, backend } = await start(t, whole)
  for (const [method, headers] of [
    ['POST', 'content-type'],
    ['PATCH', 'x-other'],
  ] as const) {
    const response = await preflight(gateway, '/shop/items', listed, method, headers)
    assert.equal(response.status, 204)
    assert.equal(response.headers.get('access-control-allow-methods'), 'GET, POST, PUT, DELETE, OPTIONS')
    assert.equal(response.headers.get('access-control-allow-headers'), 'Content-Type, Authorization, X-Custom-Header')
  }
  assert.deepEqual(grantsIn(await preflight(gateway, '/shop/items', 'https://attacker.com')), {})
  assert.equal(backend.received.length, 0)
})

test('[F19] credentials are granted to the one origin that asks, never to *', async t => {
  const { gateway, get } = await start(t, whole)
  for (const response of [await get('/shop/items', { Origin: listed }), await preflight(gateway, '/shop/x', listed)]) {
    assert.equal(response.headers.get('access-control-allow-credentials'), 'true')
    assert.equal(response.headers.get('access-control-allow-origin'), listed)
  }
  const open = await start(t, '{ origins: "*" }')
  assert.deepEqual(grantsIn(await open.get('/shop/items', { Origin: 'https://anybody.example' })), {
    'access-control-allow-origin': '*',
  })
  const mistakes = await mistakesOf(
    t,
    openYaml({ to: 'http://127.0.0.1:1', api: ['protect: { cors: { origins: "*", credentials: true } }'] }),
  )
  assert.match(mistakes.join('\n'), /credentials go to origins that are listed/)
})

test('[F20] fields are exposed on the call, and the preflight says how long it holds', async t => {
  const { gateway, get } = await start(t, whole)
  const call = grantsIn(await get('/shop/items', { Origin: listed }))
  assert.equal(call['access-control-expose-headers'], 'X-RateLimit-Limit, X-RateLimit-Remaining')
  assert.equal(call['access-control-max-age'], undefined)
  const asked = grantsIn(await preflight(gateway, '/shop/items', listed))
  assert.equal(asked['access-control-max-age'], '3600')
  assert.equal(asked['access-control-expose-headers'], undefined)
})

const everyStage = `operations:
      GET /items: {}
      GET /broken: {}
      GET /away: { forward: { to: "http://127.0.0.1:1" } }
      GET /roles: { authorize: { roles: [nobody] } }
      GET /scarce: { limit: { once: { allow: 1/hour, per: ip } } }
      POST /small: { admit: { maxBody: 1B } }`

test('[F21] answers and refusals of every stage can be read by the page, even where nothing is served', async t => {
  const { gateway } = await start(t, whole, {
    before: 'apiKeys: ./keys.yaml',
    identify: '{ any: [{ apiKey: {} }, anonymous] }',
    api: [everyStage],
  })
  const seen = async (
    path: string,
    init: { method?: string; body?: string; headers?: Record<string, string> } = {},
  ) => {
    const response = await gateway.call(`/shop/${path}`, { ...init, headers: { Origin: listed, ...init.headers } })
    assert.equal(response.headers.get('access-control-allow-origin'), listed, path)
    assert.equal(response.headers.get('access-control-allow-credentials'), 'true', path)
    assert.ok(variesByOrigin(response), path)
    return response.status
  }
  assert.equal(await seen('items'), 200)
  assert.equal(await seen('items', { headers: { 'X-API-Key': 'sp_wrong' } }), 401)
  assert.equal(await seen('roles'), 403)
  assert.equal(await seen('nowhere'), 404)
  assert.equal(await seen('items', { method: 'DELETE' }), 405)
  assert.equal(await seen('small', { method: 'POST', body: 'large' }), 413)
  assert.equal(await seen('scarce'), 200)
  assert.equal(await seen('scarce'), 429)
  assert.equal(await seen('broken'), 500)
  assert.equal(await seen('away'), 502)
})

test('a preflight needs no credential and tells no path from another', async t => {
  const { gateway, backend } = await start(t, whole, {
    before: 'apiKeys: ./keys.yaml',
    identify: '{ apiKey: {} }',
    api: ['limit: { calls: { allow: 1/hour, per: everyone } }', everyStage],
  })
  const told = async (path: string) => {
    const response = await preflight(gateway, path, listed)
    const fields = [...response.headers].filter(([name]) => name !== 'sallyport-call-id' && name !== 'date')
    return JSON.stringify([response.status, fields, await response.text()])
  }
  const known = await told('/shop/items')
  for (const path of ['/shop/nowhere', '/shop', '/shop/small', '/shop/a/b?c=d'])
    assert.equal(await told(path), known, path)
  assert.match(known, /^\[204,/)
  assert.equal((await preflight(gateway, '/elsewhere', listed)).status, 404)
  assert.equal(backend.received.length, 0)
})

test('addresses that are not let in get no preflight answered, nor do more than admit lets in', async t => {
  const { gateway } = await start(t, whole, { api: ['admit: { limit: { flood: { allow: 1/hour, per: ip } } }'] })
  assert.equal((await preflight(gateway, '/shop/items', listed)).status, 204)
  assert.equal((await preflight(gateway, '/shop/items', listed)).status, 429)
  const closed = await start(t, whole, { api: ['admit: { ip: { deny: [127.0.0.0/8] } }'] })
  assert.equal((await preflight(closed.gateway, '/shop/items', listed)).status, 403)
})

test('without cors OPTIONS is a method like others, and what an upstream grants to pages stays here', async t => {
  const backend = await startBackend(t, (_, response) => {
    response.setHeader('Access-Control-Allow-Origin', 'https://attacker.com')
    response.end()
  })
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  const response = await preflight(gateway, '/shop/items', 'https://attacker.com')
  assert.equal(response.status, 200)
  assert.deepEqual(grantsIn(response), {})
  assert.equal(backend.received[0]?.method, 'OPTIONS')
  assert.deepEqual(valuesOf(backend.received[0], 'access-control-request-method'), [])
  assert.deepEqual(valuesOf(backend.received[0], 'access-control-request-headers'), [])
  const plain = await start(t, whole)
  await plain.gateway.call('/shop/items', { method: 'OPTIONS', headers: { Origin: listed } })
  assert.equal(plain.backend.received[0]?.method, 'OPTIONS', 'what asks for no method is no preflight')
})

test('two Origin fields are read as none', async t => {
  const { gateway } = await start(t, whole)
  const twice =
    'GET /shop/items HTTP/1.1\r\nHost: a\r\nOrigin: https://hmart.com\r\nOrigin: https://hmart.com\r\nConnection: close\r\n\r\n'
  const [reply] = repliesIn(await speak(gateway.url, twice))
  assert.ok(reply !== undefined && reply.status < 500)
  assert.deepEqual(fieldOf(reply, 'access-control-allow-origin'), [])
})

for (const [cors, fault] of [
  ['{ origins: [] }', /origins/],
  ['{ origins: ["null"] }', /needs an origin as browsers send it/],
  ['{ origins: ["*"] }', /needs an origin as browsers send it/],
  ['{ origins: ["https://hmart.com/"] }', /needs an origin as browsers send it/],
  ['{ origins: ["https://*.com"] }', /needs an origin as browsers send it/],
  ['{ origins: ["https://hmart.com"], headers: ["*"] }', /needs a header name/],
  ['{ origins: ["https://hmart.com"], expose: ["X-A\\r\\nX-B: c"] }', /needs a header name/],
  ['{ origins: ["https://hmart.com"], methods: ["get"] }', /methods/],
  ['{ origins: ["https://hmart.com"], maxAge: 1500ms }', /whole seconds/],
  ['{ origins: ["https://hmart.com"], maxAge: 3600 }', /maxAge/],
  ['{ origin: "https://hmart.com" }', /origin/],
] as const) {
  test(`cors written as ${cors} does not load`, async t => {
    const mistakes = await mistakesOf(t, openYaml({ to: 'http://127.0.0.1:1', api: [`protect: { cors: ${cors} }`] }))
    assert.match(mistakes.join('\n'), fault)
  })
}

test('cors holds for a whole API, and stands there or under gateway, once', async t => {
  const cors = 'protect: { cors: { origins: ["https://hmart.com"] } }'
  const [to, api] = ['http://127.0.0.1:1', [`operations: { GET /items: { ${cors} } }`]]
  assert.match((await mistakesOf(t, openYaml({ to, api }))).join(), /cors stands at an API or under gateway/)
  const twice = openYaml({ to, gateway: cors, api: [cors] })
  assert.match((await mistakesOf(t, twice)).join(), /without: \[cors\] takes it away here/)
  await startGateway(t, openYaml({ to, gateway: cors, api: [cors, 'without: [cors]'] }))
})
