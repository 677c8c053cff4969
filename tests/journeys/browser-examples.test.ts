import assert from 'node:assert/strict'
import { test } from 'node:test'
import { valuesOf } from '../harness/backend.ts'
import { startExample } from '../harness/page-example.ts'
import { grantsIn, preflight } from '../harness/pages.ts'

test('the example of docs/cors.md lets in the pages that it lists', async t => {
  const { gateway } = await startExample(t, 'docs/cors.md')
  for (const origin of ['https://hmart.com', 'https://eu.abcstore.com']) {
    assert.deepEqual(grantsIn(await preflight(gateway, '/shop/items', origin)), {
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, POST, DELETE',
      'access-control-allow-headers': 'Content-Type, Authorization',
      'access-control-max-age': '3600',
    })
  }
  assert.deepEqual(grantsIn(await preflight(gateway, '/shop/items', 'https://abcstore.com')), {})
  const headers = { Origin: 'https://attacker.com', Cookie: 'sid=a' }
  assert.equal((await gateway.call('/shop/items', { method: 'POST', headers })).status, 403)
})

test('the example of docs/csrf.md takes what a page reads in its cookie', async t => {
  const { backend, gateway } = await startExample(t, 'docs/csrf.md')
  const page = await gateway.call('/shop/', { headers: { Cookie: 'sid=a' } })
  const kept = `sid=a; ${page.headers.getSetCookie()[0]?.split(';')[0]}`
  const token = kept.match(/(?:^|; )csrf_token=([^;]+)/)?.[1] ?? assert.fail('no token')
  const send = async (headers: Readonly<Record<string, string>>) =>
    (await gateway.call('/shop/orders', { method: 'POST', headers: { Cookie: kept, ...headers } })).status
  assert.equal(await send({ 'X-CSRF-Token': token }), 200)
  assert.equal(await send({}), 403)
  assert.deepEqual(valuesOf(backend.received[1], 'cookie'), ['sid=a'])
})

test('the example of docs/security-headers.md says what it says', async t => {
  const { backend, gateway } = await startExample(t, 'docs/security-headers.md')
  const { headers } = await gateway.call('/shop/')
  const [nonce] = valuesOf(backend.received[0], 'sallyport-csp-nonce')
  const policy = [
    "default-src 'self'",
    `script-src 'self' https://cdn.example.com 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "frame-ancestors 'none'",
    'upgrade-insecure-requests',
  ]
  assert.equal(headers.get('content-security-policy'), policy.join('; '))
  assert.equal(headers.get('x-frame-options'), 'DENY')
})
