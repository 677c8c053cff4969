import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { after, test } from 'node:test'
import { certificateFor } from '../harness/certificate.ts'
import { blockWith, doorSecrets, startAsked } from '../harness/decision-page.ts'
import { ask } from '../harness/door-call.ts'
import { envoyFilter } from '../harness/envoy-filter.ts'
import { startGateway } from '../harness/gateway.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { mistakesOf } from '../harness/mistakes.ts'

const file: Lifetime = { after }
const secret = doorSecrets.ENVOY_DOOR_SECRET

const { gateway, issuer, socket } = await startAsked(
  file,
  `
      GET /scarce: { limit: { daily: { allow: 1/day, per: user } } }
      GET /here: { admit: { ip: { allow: [192.0.2.0/24] } } }
      "* /any/{rest*}": { identify: anonymous, authorize: anyone, without: [scopes] }
      GET /gone: { identify: { jwt: gone } }
`,
  `
  gone: { issuer: https://gone.example.com, audience: warehouse, keys: { jwks: http://127.0.0.1:1 } }
`,
)
const { envoy = '' } = gateway.running.decisions
const token = await issuer.token({ exp: Date.UTC(2030, 0, 1) / 1000 })
const event = () => gateway.events.at(-1)

/** What Envoy's filter sends for GET with the page's settings: an empty body, the caller's own host, and what headers_to_add say. */
const fromEnvoy = {
  host: 'api.example.com',
  'content-length': '0',
  authorization: `Bearer ${token}`,
  'x-real-ip': '192.0.2.7',
  'sallyport-door-key': secret,
  'x-envoy-expected-rq-timeout-ms': '2000',
  'x-forwarded-for': '203.0.113.9',
}
const envoySays = (path: string, headers: object = {}, method = 'GET', body = '') =>
  ask(envoy, { path, method, headers: { ...fromEnvoy, ...headers } }, body)

test('Envoy hears 200 for a call that may go on, with the caller for its backend', async () => {
  const { status, headers, body } = await envoySays('/warehouse/items?a=1')
  assert.deepEqual([status, body], [200, ''])
  assert.match(String(headers['x-caller']), /^eyJ/)
  const { door, ip, path, host, outcome, operation } = event() ?? {}
  assert.deepEqual(
    { door, ip, path, host, outcome, operation },
    {
      ...{ door: 'envoy', ip: '192.0.2.7', path: '/warehouse/items', host: 'api.example.com' },
      ...{ outcome: 'answered', operation: 'GET /items' },
    },
  )
  assert.equal((await envoySays('/warehouse/here')).status, 200)
  assert.equal((await envoySays('/warehouse/here', { 'x-real-ip': '203.0.113.9' })).status, 403)
})

test('with the settings of the page, what a client says under the names of the proxy is overwritten', async () => {
  const filter = envoyFilter(blockWith('yaml', 'ext_authz'), envoy, secret)
  const forged = {
    'x-real-ip': '192.0.2.7',
    'sallyport-door-key': 'x',
    'x-caller': 'forged',
    'x-forwarded-for': '192.0.2.7',
    'x-envoy-external-address': '192.0.2.7',
    'content-length': '5',
  }
  const known = { ...forged, authorization: `Bearer ${token}` }
  const passed = await filter({ path: '/warehouse/items', from: '203.0.113.9', headers: known })
  assert.match('upstream' in passed ? String(passed.upstream['x-caller']) : '', /^eyJ/)
  assert.equal(event()?.ip, '203.0.113.9')
  const elsewhere = await filter({ path: '/warehouse/here', from: '203.0.113.9', headers: known })
  assert.equal('denied' in elsewhere && elsewhere.denied.status, 403)
  assert.ok('upstream' in (await filter({ path: '/warehouse/here', from: '192.0.2.7', headers: known })))
  const unknown = await filter({ path: '/warehouse/items', from: '203.0.113.9', headers: forged })
  assert.equal('denied' in unknown && unknown.denied.status, 401)
})

test('Envoy hears each refusal as the caller is to see it, and nothing that is 5xx', async () => {
  const unknown = await envoySays('/warehouse/items', { authorization: [] })
  assert.equal(unknown.status, 401)
  assert.match(String(unknown.headers['www-authenticate']), /^Bearer realm="staff"/)
  assert.deepEqual([JSON.parse(unknown.body).code, JSON.parse(unknown.body).status], ['credential-missing', 401])
  assert.equal((await envoySays('/warehouse/none')).status, 404)
  assert.equal((await envoySays('/warehouse/scarce')).status, 200)
  const tooMuch = await envoySays('/warehouse/scarce')
  assert.equal(tooMuch.status, 429)
  assert.ok(Number(tooMuch.headers['retry-after']) > 0)
  const stranger = await issuer.token({ iss: 'https://gone.example.com' })
  const undecided = await envoySays('/warehouse/gone', { authorization: `Bearer ${stranger}` })
  assert.deepEqual([undecided.status, JSON.parse(undecided.body).code], [403, 'issuer-unavailable'])
  assert.deepEqual([JSON.parse(undecided.body).status, event()?.status], [403, 403])
  assert.equal((await envoySays('/warehouse/items', {}, 'TRACE')).status, 403)
})

test('Envoy’s door lets by nothing whose path is written otherwise than it is judged, and no answer of the gateway itself', async () => {
  for (const path of [
    '/warehouse/any/%69tems',
    '/warehouse/any//x',
    '/warehouse/any/..%2fitems',
    '/warehouse/any/%2e%2e/items',
    '/warehouse/any/..;/items',
    '/.well-known/jwks.json',
    'http://api.example.com/warehouse/items',
    '*',
  ]) {
    const { status = 0 } = await envoySays(path)
    assert.ok(status >= 400 && status < 500, `${path}: ${status}`)
  }
  assert.equal((await envoySays('/warehouse/any/a%20b')).status, 200)
})

test('a question without the secret, or not as Envoy asks it, is refused', async () => {
  for (const key of [[], '', 'x', `${secret}x`, secret.slice(1), [secret, secret]])
    assert.equal((await envoySays('/warehouse/items', { 'sallyport-door-key': key })).status, 403, String(key))
  assert.equal(event()?.refusal?.code, 'door-refused')
  assert.doesNotMatch(JSON.stringify(gateway.events), new RegExp(secret))
  for (const ip of [[], '', 'unknown', '1.2.3.4, 5.6.7.8', ['192.0.2.7', '192.0.2.7']])
    assert.equal((await envoySays('/warehouse/items', { 'x-real-ip': ip })).status, 403, String(ip))
  const sent = { 'content-length': '4' }
  assert.equal((await envoySays('/warehouse/items', sent, 'POST', 'body')).status, 403)
  assert.equal((await envoySays('/warehouse/items', { 'x-big': 'x'.repeat(20_000) })).status, 431)
})

test('what asks for another to be believed is believed of nobody', async () => {
  const forged = {
    'x-forwarded-for': '192.0.2.1',
    'x-envoy-external-address': '192.0.2.1',
    forwarded: 'for=192.0.2.1',
    'x-original-uri': '/warehouse/any/x',
    'x-original-method': 'GET',
  }
  assert.equal((await envoySays('/warehouse/here', { ...forged, 'x-real-ip': '203.0.113.9' })).status, 403)
  assert.equal(event()?.ip, '203.0.113.9')
  assert.equal((await envoySays('/warehouse/items', { ...forged, authorization: [] })).status, 401)
})

test('what names another method, path or host to the server behind Envoy is refused where it is told', async () => {
  for (const name of ['x-http-method-override', 'x_http_method_override', 'x-original-url', 'x-rewrite-url']) {
    assert.equal((await envoySays('/warehouse/any/x', { [name]: '/admin' })).status, 400, name)
    assert.equal(event()?.refusal?.code, 'target-ambiguous', name)
  }
})

test('a socket is for its owner and the group alone, and goes with the gateway', async t => {
  assert.equal((await stat(socket)).mode & 0o777, 0o660)
  const own = await startAsked(t)
  assert.equal(own.gateway.running.decisions.nginx, `unix:${own.socket}`)
  await own.gateway.running.close(0)
  await assert.rejects(stat(own.socket), { code: 'ENOENT' })
})

test('what a reload changes holds at once, a door that is gone lets nobody by, and another address waits for a restart', async t => {
  const own = await startAsked(t)
  const { envoy: door = '' } = own.gateway.running.decisions
  const bearer = `Bearer ${await own.issuer.token({ exp: Date.UTC(2030, 0, 1) / 1000 })}`
  const status = async (key: string) =>
    (
      await ask(door, {
        path: '/warehouse/items',
        headers: { ...fromEnvoy, authorization: bearer, 'sallyport-door-key': key },
      })
    ).status
  const other = 'vT6mZc2Rk9WqLx4Jp8Yb1NsHd5GfAoUe7Qi3Kz0Vn'
  assert.deepEqual([await status(secret), await status(other)], [200, 403])
  const change = (from: string | RegExp, to: string) => own.gateway.change('sallyport.yaml', own.yaml.replace(from, to))
  await change('${ENVOY_DOOR_SECRET}', other)
  assert.deepEqual([await status(secret), await status(other)], [403, 200])
  await change(/envoy: .*/, `envoy: { listen: "127.0.0.1:1", secret: ${secret} }`)
  assert.deepEqual([await status(secret), await status(other)], [403, 200])
  await change(/envoy: .*/, '')
  assert.deepEqual([await status(secret), await status(other)], [404, 403])
})

test('a door with clients takes who has a certificate by them, and nobody else', async t => {
  const [server, client, stranger] = await Promise.all([
    certificateFor('IP:127.0.0.1'),
    certificateFor('DNS:nginx'),
    certificateFor('DNS:stranger'),
  ])
  const tls = '{ cert: ./door.pem, key: ./door.key, clients: ./clients.pem }'
  const yaml = `
sallyport: 1
gateway: { http: 0, decisions: { envoy: { listen: "127.0.0.1:0", tls: ${tls} } } }
apis: { open: { path: /open, identify: anonymous, authorize: anyone, forward: { to: http://127.0.0.1:1 } } }`
  const files = { 'door.pem': server.cert, 'door.key': server.key, 'clients.pem': client.cert }
  const { running } = await startGateway(t, yaml, { files })
  const { envoy: door = '' } = running.decisions
  const call = (shown: object) =>
    ask(door, { path: '/open/', headers: { 'x-real-ip': '192.0.2.7' }, ca: server.cert, ...shown })
  assert.equal((await call(client)).status, 200)
  await assert.rejects(call({}))
  await assert.rejects(call(stranger))
})

const api = (more: string) => `
apis:
  shop:
    path: /shop
    identify: anonymous
    authorize: anyone
    forward: { to: http://127.0.0.1:1 }
    ${more}`
const doors = (decisions: string, more = '') => `
sallyport: 1
gateway: { http: 0, decisions: ${decisions} }
${api(more)}`

test('a door that anybody could use, or whose calls could not be judged, does not load', async () => {
  const open = '{ listen: "unix:/nowhere/door.sock" }'
  const strong = `secret: ${secret}`
  const cases: readonly (readonly [string, RegExp, string?])[] = [
    ['{ nginx: { listen: "127.0.0.1:0" } }', /needs a unix socket, a secret, or tls with clients/],
    [`{ nginx: { listen: "0.0.0.0:0", ${strong} } }`, /beyond this machine it needs tls/],
    ['{ nginx: { listen: "127.0.0.1:0", secret: short } }', /can be guessed/],
    [`{ nginx: { listen: "127.0.0.1:0", secret: "${secret} ${secret}" } }`, /visible characters alone/],
    ['{ nginx: { listen: "unix:relative.sock" } }', /needs unix:/],
    ['{ nginx: { listen: "9101" } }', /needs unix:/],
    ['{ nginx: { listen: "127.0.0.1:70000" } }', /needs unix:/],
    ['{ nginx: { listen: "unix:/a.sock", tls: { cert: a, key: b } } }', /a unix socket has no TLS/],
    [`{ apache: ${open} }`, /unknown key/],
    ['{ nginx: { listen: "unix:/a.sock", apis: [shops] } }', /no API is named "shops"/],
    ['{ nginx: { listen: "unix:/a.sock", reasons: true } }', /unknown key/],
    [`{ nginx: ${open} }`, /json reads the body/, 'inspect: { json: true }'],
    [`{ nginx: ${open} }`, /csrf sets fields of answers/, 'inspect: { csrf: true }'],
    [`{ envoy: ${open} }`, /digest reads the body/, 'inspect: { digest: true }'],
    [`{ nginx: ${open} }`, /the limit few counts calls under way/, 'limit: { few: { concurrent: 2, per: ip } }'],
    [`{ nginx: ${open} }`, /shadow\.json reads the body/, 'inspect: { shadow: { until: 2027-01-31, json: true } }'],
    [
      `{ envoy: ${open} }`,
      /the limit few counts calls under way/,
      'limit: { few: { concurrent: 2, per: ip, mode: shadow, until: 2027-01-31, share: 50% } }',
    ],
    [
      `{ nginx: ${open} }`,
      /chosen by what its body says/,
      'operations: { "POST /": [{ select: { json: { /method: list } } }] }',
    ],
    [`{ nginx: ${open} }`, /servers may read a body beside it/, 'operations: { "GET /graphql query items": {} }'],
  ]
  for (const [decisions, wanted, more = ''] of cases)
    assert.match(String(await mistakesOf(file, doors(decisions, more))), wanted, decisions)
})

test('a door whose clients are no certificates does not load: an empty list would stand for all public authorities', async t => {
  const server = await certificateFor('IP:127.0.0.1')
  const yaml = doors(
    '{ envoy: { listen: "127.0.0.1:0", tls: { cert: ./door.pem, key: ./door.key, clients: ./clients.pem } } }',
  )
  const cut = server.cert.slice(0, 200)
  const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
  for (const clients of ['', '\n', 'none', cut, broken, server.cert + broken]) {
    const files = { 'door.pem': server.cert, 'door.key': server.key, 'clients.pem': clients }
    assert.match(String(await mistakesOf(t, yaml, { files })), /tls\.clients: needs certificates in PEM/, clients)
  }
  const files = { 'door.pem': '', 'door.key': '', 'clients.pem': server.cert }
  assert.match(String(await mistakesOf(t, yaml, { files })), /tls: cert and key are not a PEM certificate/)
})

test('with doors alone there is no listener for callers, and without any that is a mistake', async t => {
  const yaml = doors(`{ envoy: { listen: "127.0.0.1:0", secret: ${secret} } }`).replace('http: 0', 'http: off')
  const { running } = await startGateway(t, yaml)
  assert.deepEqual([running.http, running.https, Object.keys(running.decisions)], [undefined, undefined, ['envoy']])
  assert.match(String(await mistakesOf(t, doors('{}').replace('http: 0', 'http: off'))), /nobody could call/)
})

test('an operation that cannot be judged at a door keeps no other API from it, and what does nothing there is told', async t => {
  const yaml = `${doors(`{ envoy: { listen: "127.0.0.1:0", secret: ${secret}, apis: [shop] } }`, 'protect: { securityHeaders: true }')}
  other: { path: /other, identify: anonymous, authorize: anyone, inspect: { json: true }, forward: { to: http://127.0.0.1:1 } }`
  const { running } = await startGateway(t, yaml)
  const told = running.warnings.map(({ message }) => message)
  assert.ok(told.includes('securityHeaders of shop does nothing where envoy forwards the call'), told.join('\n'))
  const call = (path: string) =>
    ask(running.decisions.envoy ?? '', { path, headers: { 'x-real-ip': '192.0.2.7', 'sallyport-door-key': secret } })
  assert.deepEqual([(await call('/shop/')).status, (await call('/other/')).status], [200, 404])
})
