import assert from 'node:assert/strict'
import test from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'

const yaml = (to: string) => `
sallyport: 1
gateway: { http: 0 }
apis:
  open:
    path: /open
    identify: anonymous
    authorize: anyone
    admit: { limit: { flood: { allow: 2/minute, per: ip } } }
    limit: { all: { allow: 5/minute, per: everyone } }
    forward: { to: "${to}" }
`

test('limits that need no caller tell how they stand on every answer, beside the others', async t => {
  const backend = await startBackend(t, (_, response) => {
    response.setHeader('RateLimit', '"theirs";r=1;t=1')
    response.end('{}')
  })
  const gateway = await startGateway(t, yaml(backend.url))
  const first = await gateway.call('/open/a')
  assert.equal(first.headers.get('ratelimit-policy'), '"flood";q=2;w=60, "all";q=5;w=60')
  assert.equal(first.headers.get('ratelimit'), '"flood";r=1;t=60, "all";r=4;t=60')
  await gateway.call('/open/a')
  assert.equal((await gateway.call('/open/a')).status, 429)
})
