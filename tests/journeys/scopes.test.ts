import assert from 'node:assert/strict'
import test from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { problemOf } from '../harness/problem.ts'
import { testIssuer } from '../harness/tokens.ts'
import { warehouseYaml } from '../harness/warehouse.ts'

const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } })

test('[W1] each method wants its own scope: token_1 may list and not order, token_2 may do both', async t => {
  const backend = await startBackend(t)
  const issuer = await testIssuer()
  const gateway = await startGateway(t, warehouseYaml(backend.url), { files: { 'jwks.json': issuer.jwks } })
  const one = await issuer.token({ scope: 'list_items' })
  const two = await issuer.token({ scope: 'list_items order_item' })
  const list = (token: string) => gateway.call('/warehouse/items', bearer(token))
  const order = (token: string) => gateway.call('/warehouse/orders', { method: 'POST', body: '{}', ...bearer(token) })

  assert.equal((await list(one)).status, 200)
  const refused = await order(one)
  assert.equal(refused.status, 403)
  const problem = await problemOf(refused)
  assert.deepEqual([problem.code, problem.missing], ['scope-missing', { scopes: ['order_item'] }])
  assert.equal((await list(two)).status, 200)
  assert.equal((await order(two)).status, 200)
  assert.deepEqual(
    backend.received.map(({ method, url }) => `${method} ${url}`),
    ['GET /items', 'GET /items', 'POST /orders'],
  )
})
