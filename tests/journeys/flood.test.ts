import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { guardedYaml, staffIssuer } from '../harness/guarded.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { problemOf } from '../harness/problem.ts'
import { bearer, testIssuer } from '../harness/tokens.ts'

const issuer = await testIssuer()
const files = { 'jwks.json': issuer.jwks }

const yamlWith = (to: string, gateway: string) =>
  guardedYaml({
    to,
    gateway,
    issuers: `{ staff: ${staffIssuer()} }`,
    more: `
      POST /orders: { authorize: anyone }
      POST /notes: { authorize: anyone, admit: { maxBody: 8B } }`,
  })

async function gatewayWith(t: TestContext, settings: string) {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, yamlWith(backend.url, settings), { files })
  return { gateway, backend }
}

const edge = (rule: string) => `admit: { limit: { edge: { ${rule} } } }`

test('[W59] a flood is refused at the edge, whatever credentials it bears, before anything is spent on them', async t => {
  const { gateway, backend } = await gatewayWith(t, edge('allow: 5/second, per: ip'))
  const bad = bearer(await issuer.token({ aud: 'elsewhere' }))
  const flood = await Promise.all(Array.from({ length: 60 }, () => gateway.call('/warehouse/items', bad)))
  const refused = flood.filter(({ status }) => status === 429)
  assert.deepEqual([flood.filter(({ status }) => status === 401).length, refused.length], [5, 55])
  const [first] = refused
  assert.ok(first !== undefined)
  const { stage, limit } = await problemOf(first)
  assert.deepEqual([stage, limit, first.headers.get('retry-after')], ['admit', 'edge', '1'])
  assert.equal(backend.received.length, 0)
  gateway.clock.advance(1000)
  assert.equal((await gateway.call('/warehouse/items', bearer(await issuer.token()))).status, 200)
})

test('[W59] one who floods shuts out no other address', async t => {
  const { gateway } = await gatewayWith(t, `trustedProxies: [127.0.0.1], ${edge('allow: 2/second, per: ip')}`)
  const from = async (ip: string) =>
    (await gateway.call('/warehouse/items', { headers: { 'X-Forwarded-For': ip } })).status
  for (let i = 0; i < 9; i++) await from('203.0.113.1')
  assert.deepEqual([await from('203.0.113.1'), await from('203.0.113.2')], [429, 401])
})

const orders = async (body: string | ReadableStream, path = '/warehouse/orders') => ({
  path,
  init: { method: 'POST', body, duplex: 'half', ...bearer(await issuer.token()) } as const,
})

test('[W59] a body that says it is too large is 413 and not read; one that turns out to be is 413 too', async t => {
  const { gateway, backend } = await gatewayWith(t, 'maxBody: 1KiB')
  const post = async (...args: Parameters<typeof orders>) => {
    const { path, init } = await orders(...args)
    return gateway.call(path, init)
  }
  assert.equal((await post('x'.repeat(1024))).status, 200)
  assert.equal(backend.received[0]?.body.length, 1024)
  const oversize = await post('x'.repeat(1025))
  assert.deepEqual([oversize.status, (await problemOf(oversize)).code], [413, 'body-too-large'])
  assert.equal(backend.received.length, 1, 'the backend never heard of it')
  const chunks = ReadableStream.from([Buffer.alloc(1000), Buffer.alloc(1000)])
  assert.equal((await post(chunks)).status, 413)
  assert.equal((await post('123456789', '/warehouse/notes')).status, 413, 'the nearest limit counts')
  assert.equal((await post('12345678', '/warehouse/notes')).status, 200)
})

test('a limit at the edge counts by what is known there: not by a caller whom nobody has identified yet', async t => {
  for (const per of ['user', 'application', 'credential', '{ claim: sub }']) {
    const yaml = yamlWith('http://127.0.0.1:9', edge(`allow: 5/second, per: ${per}`))
    assert.match((await mistakesOf(t, yaml, { files })).join('\n'), /gateway\.admit\.limit\.edge/, per)
  }
  for (const per of ['ip', 'everyone', '{ header: X-Client }']) {
    const { gateway } = await gatewayWith(t, edge(`allow: 1/second, per: ${per}`))
    const statuses = [await gateway.call('/warehouse/items'), await gateway.call('/warehouse/items')]
    assert.deepEqual(
      statuses.map(({ status }) => status),
      [401, 429],
      per,
    )
  }
})
