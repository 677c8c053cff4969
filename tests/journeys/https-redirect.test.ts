import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend, valuesOf } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { openYaml } from '../harness/open.ts'
import { fieldOf, repliesIn, speak } from '../harness/raw.ts'
import { certificateFiles, overTls, tlsListener } from '../harness/tls.ts'

const url = 'https://api.example.com'

async function start(t: Lifetime, more = '') {
  const [backend, files] = [await startBackend(t), await certificateFiles()]
  const gateway = `url: ${url}, redirect: true, ${tlsListener}${more}`
  const started = await startGateway(t, openYaml({ to: backend.url, gateway }), { files })
  const ask = async (target: string, ...fields: readonly string[]) => {
    const lines = [`GET ${target} HTTP/1.1`, ...fields, 'Connection: close', '', '']
    const [reply] = repliesIn(await speak(started.url, lines.join('\r\n')))
    return { status: reply?.status, location: fieldOf(reply, 'location') }
  }
  return { backend, files, gateway: started, ask }
}

test('a call without TLS is sent to the same path at the URL that is written, whatever it is and whoever asks', async t => {
  const { backend, gateway } = await start(t)
  for (const [method, path] of [
    ['GET', '/shop/items?a=b%20c'],
    ['HEAD', '/shop/items'],
    ['POST', '/shop/items'],
    ['DELETE', '/nowhere'],
    ['OPTIONS', '/'],
  ] as const) {
    const body = method === 'POST' ? { body: 'x'.repeat(2000) } : {}
    const response = await gateway.call(path, { method, ...body })
    assert.equal(response.status, 308, method)
    assert.equal(response.headers.get('location'), `https://api.example.com${path}`)
    assert.equal(response.headers.get('strict-transport-security'), null)
  }
  assert.equal(backend.received.length, 0)
})

test('over TLS the same call is answered', async t => {
  const { gateway, files, backend } = await start(t)
  assert.equal((await overTls(gateway.running.https ?? '', '/shop/items', files)).status, 200)
  assert.equal(backend.received.length, 1)
})

test('no call has itself sent to another host', async t => {
  const { ask } = await start(t)
  for (const [target, ...fields] of [
    ['/shop', 'Host: evil.example'],
    ['/shop', 'Host: api.example.com:1@evil.example'],
    ['/shop', 'Host: evil.example', 'X-Forwarded-Host: evil.example', 'Forwarded: host=evil.example;proto=https'],
    ['//evil.example', 'Host: a'],
    ['///evil.example', 'Host: a'],
    ['/%2Fevil.example', 'Host: a'],
    ['/%5Cevil.example', 'Host: a'],
    ['/\\evil.example', 'Host: a'],
    ['/.evil.example', 'Host: a'],
    ['/@evil.example', 'Host: a'],
    ['@evil.example', 'Host: a'],
    ['.evil.example', 'Host: a'],
    ['http://evil.example/a', 'Host: evil.example'],
    ['http://evil.example@api.example.com/', 'Host: api.example.com'],
    ['/a?next=//evil.example', 'Host: a'],
    ['/a%0d%0aLocation:%20https://evil.example', 'Host: a'],
  ] as const) {
    const { status = 0, location } = await ask(target, ...fields)
    if (status !== 308) assert.ok(status === 400 || status === 404, `${target} ${status}`)
    assert.equal(location.length, status === 308 ? 1 : 0)
    for (const place of location) assert.equal(new URL(place).origin, url, target)
  }
})

test('a host that is not served is refused, not redirected', async t => {
  const { ask } = await start(t, ', hosts: [api.example.com]')
  assert.equal((await ask('/shop', 'Host: evil.example')).status, 421)
  assert.deepEqual(await ask('/shop', 'Host: api.example.com'), { status: 308, location: [`${url}/shop`] })
})

test('a trusted proxy that ends TLS says so, and nobody else', async t => {
  const behind = ', trustedProxies: [127.0.0.0/8]'
  const { ask, backend } = await start(t, behind)
  const status = async (...fields: readonly string[]) => (await ask('/shop/items', 'Host: a', ...fields)).status
  assert.equal(await status('X-Forwarded-Proto: https'), 200)
  assert.deepEqual(valuesOf(backend.received[0], 'x-forwarded-proto'), ['https'])
  for (const said of ['http', 'https, http', 'http, https', '', 'httpss'])
    assert.equal(await status(`X-Forwarded-Proto: ${said}`), 308, said)
  assert.equal(await status(), 308)
  assert.equal(await status('Forwarded: proto=https'), 308, 'one field is read, that which is chosen')
  const forwarded = await start(t, `${behind}, clientAddress: forwarded`)
  const told = async (...fields: readonly string[]) => (await forwarded.ask('/shop/items', 'Host: a', ...fields)).status
  assert.equal(await told('Forwarded: for=192.0.2.1;proto=https'), 200)
  assert.equal(await told('Forwarded: for=192.0.2.1;proto="https"'), 200)
  assert.equal(await told('Forwarded: for=192.0.2.1;proto=http'), 308)
  assert.equal(await told('X-Forwarded-Proto: https'), 308)
  const stranger = await start(t, ', trustedProxies: [192.0.2.0/24]')
  assert.equal((await stranger.ask('/shop/items', 'Host: a', 'X-Forwarded-Proto: https')).status, 308)
})

test('a redirect wants an https URL that is written', async t => {
  for (const gateway of ['redirect: true', 'redirect: true, url: http://api.example.com']) {
    const mistakes = await mistakesOf(t, openYaml({ to: 'http://127.0.0.1:1', gateway }))
    assert.match(mistakes.join('\n'), /gateway\.redirect: needs gateway\.url/)
  }
})
