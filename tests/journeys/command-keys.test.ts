import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend, valuesOf } from '../harness/backend.ts'
import { folderWith, sallyport, up } from '../harness/command.ts'

const yaml = (to: string) => `
sallyport: 1
gateway: { http: 0, management: 0, log: off }
apiKeys: ./keys.yaml
apis:
  shop:
    path: /shop
    identify: { apiKey: {} }
    forward: { to: "${to}", credential: { bearer: "\${UPSTREAM_TOKEN}" } }
    operations:
      GET /items: { authorize: { scopes: [list_items] } }
      POST /orders: { authorize: { scopes: [order_item] } }
`

const env = { UPSTREAM_TOKEN: 'token-of-the-upstream' }

test('[A54] keys are scoped, bound to addresses, rotated and revoked while the gateway runs', async t => {
  const backend = await startBackend(t)
  const folder = await folderWith(t, { 'sallyport.yaml': yaml(backend.url), 'keys.yaml': 'keys: {}\n' })
  const gateway = await up(t, folder, [], { env })
  /** Runs `sallyport key`, and waits until the gateway has taken the file up. */
  const key = async (...args: string[]) => {
    const { status, out, err } = await sallyport(folder, ['key', ...args])
    assert.equal(status, 0, err)
    await gateway.err.said('the changed configuration is in force')
    return out.trim()
  }
  const statusOf = async (secret: string, method = 'GET', path = '/shop/items') =>
    (await gateway.call(path, { method, headers: { 'X-API-Key': secret } })).status

  const first = await key('create', 'shop', '--scopes', 'list_items')
  assert.equal(await statusOf(first), 200)
  assert.equal(await statusOf(first, 'POST', '/shop/orders'), 403, 'it has no more rights than were given')

  const second = await key('rotate', 'shop')
  assert.deepEqual([await statusOf(first), await statusOf(second)], [401, 200])
  assert.equal(await statusOf(second, 'POST', '/shop/orders'), 403, 'the new one has the same rights')

  const bound = await key('create', 'office', '--scopes', 'list_items', '--ip', '198.51.100.0/24')
  const refused = await gateway.call('/shop/items', { headers: { 'X-API-Key': bound } })
  assert.equal(refused.status, 403)
  assert.doesNotMatch(await refused.text(), /198\.51\.100/)

  await key('revoke', 'shop')
  assert.equal(await statusOf(second), 401)
})

test('[A36] without a variable that it names the gateway does not start, and says which; with it the value goes out', async t => {
  const backend = await startBackend(t)
  const folder = await folderWith(t, { 'sallyport.yaml': yaml(backend.url), 'keys.yaml': 'keys: {}\n' })
  const without = await sallyport(folder, ['up'])
  assert.deepEqual([without.status, without.out], [1, ''])
  assert.match(without.err, /sallyport\.yaml:9:\d+ {2}.*bearer: the environment variable UPSTREAM_TOKEN is not set\n/)

  const made = await sallyport(folder, ['key', 'create', 'shop', '--scopes', 'list_items'])
  const gateway = await up(t, folder, [], { env })
  const answer = await gateway.call('/shop/items', { headers: { 'X-API-Key': made.out.trim() } })
  assert.equal(answer.status, 200)
  assert.deepEqual(valuesOf(backend.received[0], 'authorization'), [`Bearer ${env.UPSTREAM_TOKEN}`])
})
