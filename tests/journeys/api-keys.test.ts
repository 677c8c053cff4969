import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { startBackend, valuesOf } from '../harness/backend.ts'
import { callerOf } from '../harness/caller.ts'
import { startGateway } from '../harness/gateway.ts'
import { guardedYaml } from '../harness/guarded.ts'
import { keysFile, newKey } from '../harness/keys.ts'
import { problemOf } from '../harness/problem.ts'

const reader = newKey({ scopes: ['read'] })
const writer = newKey({ application: 'orders', scopes: ['read', 'write'] })

async function gatewayReading(t: TestContext, place: string, authorize = '{ scopes: [read] }') {
  const backend = await startBackend(t)
  const yaml = guardedYaml({
    to: backend.url,
    sets: 'apiKeys: ./keys.yaml',
    identify: `{ apiKey: {${place}} }`,
    authorize,
    more: `
      POST /orders: { authorize: { scopes: [read, write] }, inspect: { csrf: off } }`,
  })
  const gateway = await startGateway(t, yaml, { files: { 'keys.yaml': keysFile({ reader, writer }) } })
  const status = async (headers: Record<string, string>, path = '/warehouse/items') =>
    (await gateway.call(path, { headers })).status
  return { gateway, backend, status }
}

test('[F9] a key of the keys file is good, and the backend learns its id and application, never the key', async t => {
  const { backend, gateway, status } = await gatewayReading(t, '')
  assert.equal(await status({ 'X-API-Key': writer.key }), 200)
  const [received] = backend.received
  const { sub, credential, credential_id: id, scope } = callerOf(received)
  assert.deepEqual([sub, credential, id, scope], ['orders', 'apiKey', writer.id, 'read write'])
  assert.deepEqual(gateway.events[0]?.credential, { kind: 'apiKey', id: writer.id })
  assert.ok(!JSON.stringify([received, gateway.events]).includes(writer.key))
})

test('[F9] an unknown key and none are 401, and the backend gets no call', async t => {
  const { backend, status } = await gatewayReading(t, '')
  const unknown = newKey().key
  for (const headers of [{}, { 'X-API-Key': unknown }, { 'X-API-Key': '' }, { 'X-API-Key': `${reader.key}x` }]) {
    assert.equal(await status(headers), 401)
  }
  assert.equal(await status({ 'X-API-Key': reader.key.toLowerCase() }), 401)
  assert.equal(await status({ 'X-API-Key': reader.entry.hash }), 401, 'the hash that is kept is no key')
  assert.equal(backend.received.length, 0)
})

test('[F10] all scopes are needed: a key with read alone may not write', async t => {
  const { backend, gateway } = await gatewayReading(t, '')
  const order = (key: string) =>
    gateway.call('/warehouse/orders', { method: 'POST', headers: { 'X-API-Key': key }, body: '{}' })
  const refused = await order(reader.key)
  assert.equal(refused.status, 403)
  assert.deepEqual((await problemOf(refused)).missing, { scopes: ['write'] })
  assert.equal(backend.received.length, 0)
  assert.equal((await order(writer.key)).status, 200)
})

test('[F11] the header is X-API-Key in any case unless another one is named', async t => {
  const usual = await gatewayReading(t, '')
  for (const name of ['X-API-Key', 'x-api-key', 'X-Api-KEY']) {
    assert.equal(await usual.status({ [name]: reader.key }), 200, name)
  }
  const named = await gatewayReading(t, 'header: X-Shop-Key')
  assert.equal(await named.status({ 'x-SHOP-key': reader.key }), 200)
  assert.equal(await named.status({ 'X-API-Key': reader.key }), 401)
  assert.deepEqual(valuesOf(named.backend.received[0], 'x-shop-key'), [])
})

test('[F11] a key in the query or a cookie counts only where that was configured', async t => {
  const key = reader.key
  const inQuery = `/warehouse/items?api_key=${key}&page=2`
  const usual = await gatewayReading(t, '')
  assert.equal(await usual.status({}, inQuery), 401)
  assert.equal(await usual.status({ Cookie: `api_key=${key}` }), 401)
  const query = await gatewayReading(t, 'query: api_key')
  assert.equal(await query.status({}, inQuery), 200)
  assert.equal(query.backend.received[0]?.url, '/items?page=2', 'the backend never sees it')
  assert.equal(await query.status({ Cookie: `api_key=${key}` }), 401)
  assert.equal(await query.status({ 'X-API-Key': key }), 401)
  const cookie = await gatewayReading(t, 'cookie: api_key')
  assert.equal(await cookie.status({ Cookie: `a=b; api_key=${key}` }), 200)
  assert.equal(await cookie.status({}, inQuery), 401)
})

test('[F11] of several places that are configured each will do, and one key in two of them is refused', async t => {
  const { status } = await gatewayReading(t, 'header: X-API-Key, query: api_key, cookie: api_key')
  const query = `/warehouse/items?api_key=${reader.key}`
  assert.equal(await status({ 'X-API-Key': reader.key }), 200)
  assert.equal(await status({}, query), 200)
  assert.equal(await status({ Cookie: `api_key=${reader.key}` }), 200)
  assert.equal(await status({ 'X-API-Key': reader.key }, query), 401)
  assert.equal(await status({ Cookie: `api_key=${reader.key}` }, query), 401)
  assert.equal(await status({}, `${query}&api_key=${reader.key}`), 401, 'twice in the query')
})

test('[F11] a key is found in the query however its name and letters are percent-encoded, and cut out still', async t => {
  const { backend, status } = await gatewayReading(t, 'query: api_key')
  assert.equal(await status({}, `/warehouse/items?%61pi_key=%73${reader.key.slice(1)}&page=2`), 200)
  assert.equal(backend.received[0]?.url, '/items?page=2')
})
