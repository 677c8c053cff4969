import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'

test('security headers are on answers and refusals alike, whether or not there is an operation or an API', async t => {
  const backend = await startBackend(t)
  const config = openYaml({
    to: backend.url,
    gateway: 'protect: { securityHeaders: true }',
    api: ['admit: { maxBody: 1KiB }'],
  })
  const gateway = await startGateway(t, config)
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
