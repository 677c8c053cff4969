import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answer, startBackend, valuesOf } from '../harness/backend.ts'

import { startGateway } from '../harness/gateway.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { openYaml } from '../harness/open.ts'
import { fieldOf, repliesIn, speak } from '../harness/raw.ts'
import { certificateFiles, overTls, tlsListener } from '../harness/tls.ts'

const all = `{
      csp: { default-src: "'self'", script-src: ["'self'", https://cdn.example.com], style-src: ["'self'", "'unsafe-inline'"],
        img-src: "'self' data: https:", font-src: "'self'", connect-src: ["'self'", "wss://api.example.com"],
        frame-ancestors: "'none'", form-action: "'self'", upgrade-insecure-requests: true, block-all-mixed-content: true },
      hsts: { maxAge: 365d, includeSubDomains: true, preload: true },
      xssProtection: "1; mode=block",
      permissionsPolicy: { geolocation: self, microphone: none, camera: none, payment: none } }`

async function start(t: Lifetime, headers: string, answer?: Answer, api: readonly string[] = []) {
  const backend = await startBackend(t, answer)
  const gateway = `protect: { securityHeaders: ${headers} }`
  const started = await startGateway(t, openYaml({ to: backend.url, gateway, api }))
  return { backend, gateway: started, get: () => started.call('/shop/items') }
}

test('security headers are on answers and refusals alike, whether or not there is an operation or an API', async t => {
  const { gateway } = await start(t, 'true', undefined, ['admit: { maxBody: 1KiB }'])
  const paths = [
    ['/shop/items', {}, 200],
    ['/shop/items', { method: 'POST', body: 'x'.repeat(1025) }, 413],
    ['/elsewhere', {}, 404],
    ['/.well-known/jwks.json', {}, 200],
    ['/shop//items', {}, 400],
  ] as const
  for (const [path, init, status] of paths) {
    const { status: given, headers } = await fetch(gateway.url + path, init)
    assert.equal(given, status, path)
    assert.equal(headers.get('x-frame-options'), 'DENY', path)
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path)
  }
})

test('[F26] a policy has each directive with its sources, flags bare, and none for flags that are false', async t => {
  const { get } = await start(t, all)
  const policy = (await get()).headers.get('content-security-policy') ?? ''
  const directives = new Map(policy.split('; ').map(text => [text.split(' ')[0], text.split(' ').slice(1)]))
  assert.deepEqual(Object.fromEntries(directives), {
    'default-src': ["'self'"],
    'script-src': ["'self'", 'https://cdn.example.com'],
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:', 'https:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'", 'wss://api.example.com'],
    'frame-ancestors': ["'none'"],
    'form-action': ["'self'"],
    'upgrade-insecure-requests': [],
    'block-all-mixed-content': [],
  })
  const flags = 'upgrade-insecure-requests: false, block-all-mixed-content: false'
  const without = await start(
    t,
    `{ csp: { default-src: "'self'", ${flags} }, cspReportOnly: { default-src: "'none'" } }`,
  )
  const { headers } = await without.get()
  assert.equal(headers.get('content-security-policy'), "default-src 'self'")
  assert.equal(headers.get('content-security-policy-report-only'), "default-src 'none'")
})

test('[F26] a nonce is another for each answer, and the backend knows it', async t => {
  const csp = `csp: { script-src: "'self'", style-src: "'self'", img-src: "'self'" }`
  const { backend, get } = await start(t, `{ ${csp}, nonce: true }`)
  const policies = [await get(), await get()].map(({ headers }) => headers.get('content-security-policy') ?? '')
  const told = backend.received.map(received => valuesOf(received, 'sallyport-csp-nonce'))
  for (const [i, [nonce = '', more]] of told.entries()) {
    assert.match(nonce, /^[0-9a-f]{32}$/)
    assert.equal(more, undefined)
    assert.equal(policies[i], `script-src 'self' 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'; img-src 'self'`)
  }
  assert.notEqual(policies[0], policies[1])
})

test('[F26] no client says what the nonce is', async t => {
  const { backend, gateway } = await start(t, `{ csp: { script-src: "'self'" }, nonce: true }`)
  await gateway.call('/shop/items', { headers: { 'Sallyport-Csp-Nonce': 'known' } })
  assert.equal(valuesOf(backend.received[0], 'sallyport-csp-nonce').length, 1)
  assert.notEqual(valuesOf(backend.received[0], 'sallyport-csp-nonce')[0], 'known')
})

test('[F27] browsers are held to TLS over TLS alone, unless it is said that a proxy sees to that', async t => {
  const { get } = await start(t, all)
  assert.equal((await get()).headers.get('strict-transport-security'), null)
  const forced = await start(t, '{ hsts: { maxAge: 365d, includeSubDomains: true, preload: true, always: true } }')
  assert.equal(
    (await forced.get()).headers.get('strict-transport-security'),
    'max-age=31536000; includeSubDomains; preload',
  )
  const backend = await startBackend(t)
  const files = await certificateFiles()
  const https = `${tlsListener}, protect: { securityHeaders: ${all} }`
  const secure = await startGateway(t, openYaml({ to: backend.url, gateway: https }), { files })
  for (const path of ['/shop/items', '/elsewhere']) {
    const { headers } = await overTls(secure.running.https ?? '', path, files)
    assert.equal(headers['strict-transport-security'], 'max-age=31536000; includeSubDomains; preload', path)
  }
})

const wanted = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-xss-protection': '1; mode=block',
  'referrer-policy': 'strict-origin-when-cross-origin',
}

const answering: Answer = ({ url }, response) => {
  response.setHeader('X-Frame-Options', 'ALLOWALL')
  response.setHeader('referrer-policy', 'unsafe-url')
  response.setHeader('Permissions-Policy', 'camera=*')
  response.statusCode = url === '/broken' ? 500 : 200
  if (url === '/gone') response.destroy()
  else response.end('{}')
}

test('[F28] [F29] the fields are those that are written, on 200, 401, 404, 500 and 502, once, whatever the backend says', async t => {
  const backend = await startBackend(t, answering)
  const config = openYaml({
    to: backend.url,
    before: 'apiKeys: ./keys.yaml',
    identify: '{ any: [{ apiKey: {} }, anonymous] }',
    gateway: `protect: { securityHeaders: ${all} }`,
    api: ['operations: { GET /items: {}, GET /broken: {}, GET /gone: {} }'],
  })
  const gateway = await startGateway(t, config, { files: { 'keys.yaml': 'keys: {}' } })
  for (const [path, headers, status] of [
    ['/shop/items', {}, 200],
    ['/shop/items', { 'X-API-Key': 'sp_wrong' }, 401],
    ['/shop/nowhere', {}, 404],
    ['/nowhere', {}, 404],
    ['/shop/broken', {}, 500],
    ['/shop/gone', {}, 502],
  ] as const) {
    const response = await gateway.call(path, { headers })
    assert.equal(response.status, status, path)
    for (const [name, value] of Object.entries(wanted))
      assert.equal(response.headers.get(name), value, `${path} ${name}`)
    const policy = 'geolocation=(self), microphone=(), camera=(), payment=()'
    assert.equal(response.headers.get('permissions-policy'), policy)
  }
})

test('[F28] what cannot even be read is answered with them too', async t => {
  const { gateway } = await start(t, all)
  const large = `GET / HTTP/1.1\r\nHost: a\r\nX-A: ${'x'.repeat(20_000)}\r\n\r\n`
  for (const [text, status] of [
    ['no request at all\r\n\r\n', 400],
    [large, 431],
  ] as const) {
    const [reply] = repliesIn(await speak(gateway.url, text))
    assert.equal(reply?.status, status)
    for (const [name, value] of Object.entries(wanted)) assert.deepEqual(fieldOf(reply, name), [value], name)
  }
})

test('fields that are kept stay as the backend sends them, and come where it sends none', async t => {
  const { get, gateway } = await start(t, '{ keep: [X-Frame-Options, permissions-policy] }', answering)
  const { headers } = await get()
  assert.equal(headers.get('x-frame-options'), 'ALLOWALL')
  assert.equal(headers.get('permissions-policy'), 'camera=*')
  assert.equal(headers.get('referrer-policy'), 'strict-origin-when-cross-origin')
  assert.equal((await gateway.call('/nowhere')).headers.get('x-frame-options'), 'DENY')
})

test('the nearest level wins field by field, and off leaves one out', async t => {
  const backend = await startBackend(t)
  const gateway =
    'protect: { securityHeaders: { frameOptions: SAMEORIGIN, resourcePolicy: same-site, openerPolicy: same-origin } }'
  const api = [
    'protect: { securityHeaders: { frameOptions: off, referrerPolicy: no-referrer, embedderPolicy: require-corp } }',
  ]
  const { headers } = await (await startGateway(t, openYaml({ to: backend.url, gateway, api }))).call('/shop/items')
  const seen = (name: string) => headers.get(name)
  assert.equal(seen('x-frame-options'), 'SAMEORIGIN')
  assert.equal(seen('referrer-policy'), 'no-referrer')
  assert.equal(seen('cross-origin-resource-policy'), 'same-site')
  assert.equal(seen('cross-origin-opener-policy'), 'same-origin')
  assert.equal(seen('cross-origin-embedder-policy'), 'require-corp')
})

for (const [headers, fault] of [
  ['false', /securityHeaders/],
  ['{ frameOptions: ALLOWALL }', /frameOptions/],
  ['{ referrerPolicy: "no-referrer\\r\\nX: y" }', /referrerPolicy/],
  ['{ csp: {} }', /needs a directive/],
  ['{ csp: { defaultsrc: "\'self\'" } }', /defaultsrc/],
  ['{ csp: { default-src: [] } }', /at least one source/],
  ['{ csp: { default-src: true } }', /needs sources/],
  ['{ csp: { default-src: self } }', /in quotes/],
  ['{ csp: { default-src: "\'selfish\'" } }', /no keyword/],
  ['{ csp: { default-src: ["\'none\'", "https:"] } }', /stands alone/],
  ['{ csp: { default-src: "\'self\'; script-src *" } }', /ends a directive/],
  ['{ csp: { default-src: "https://a\\r\\nSet-Cookie:b=c" } }', /ends a directive/],
  ['{ csp: { default-src: ["https://a, https://b"] } }', /ends a directive/],
  ['{ csp: { default-src: "https://ä.example" } }', /no visible ASCII/],
  ['{ csp: { script-src: "\'nonce-abc\'" } }', /guards nothing/],
  ['{ csp: { upgrade-insecure-requests: "yes" } }', /true or false/],
  ['{ nonce: true }', /a nonce needs script-src/],
  ['{ csp: { script-src: "\'none\'" }, nonce: true }', /a nonce needs script-src/],
  ['{ hsts: { preload: true } }', /includeSubDomains/],
  ['{ hsts: { preload: true, includeSubDomains: true, maxAge: 1d } }', /365d/],
  ['{ hsts: { maxAge: 31536000 } }', /maxAge/],
  ['{ permissionsPolicy: { Camera: none } }', /needs the name of a feature/],
  ['{ permissionsPolicy: { camera: ["https://a.example/b"] } }', /needs an origin/],
  ['{ permissionsPolicy: { camera: "self), microphone=(*" } }', /camera/],
  ['{ xssProtection: on }', /xssProtection/],
  ['{ keep: ["a b"] }', /header name/],
] as const) {
  test(`securityHeaders written as ${headers} does not load`, async t => {
    const config = openYaml({ to: 'http://127.0.0.1:1', api: [`protect: { securityHeaders: ${headers} }`] })
    assert.match((await mistakesOf(t, config)).join('\n'), fault)
  })
}
