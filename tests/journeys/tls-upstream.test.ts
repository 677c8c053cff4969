import assert from 'node:assert/strict'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { type Certificate, certificateFor } from '../harness/certificate.ts'
import { folderWith, up } from '../harness/command.ts'
import { startGateway } from '../harness/gateway.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { openYaml } from '../harness/open.ts'
import { problemOf } from '../harness/problem.ts'

/** A backend that speaks TLS under a certificate. */
async function startTlsBackend(t: TestContext, certificate: Certificate) {
  const received: (string | undefined)[] = []
  const server = createServer(certificate, (request, response) => {
    received.push(request.url)
    response.end('over TLS')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `https://127.0.0.1:${port}`, named: `https://localhost:${port}`, received }
}

const own = await certificateFor('IP:127.0.0.1')
const another = await certificateFor('IP:127.0.0.1')

test('an upstream is spoken to over TLS under the authority that is written for it', async t => {
  const backend = await startTlsBackend(t, own)
  const yaml = openYaml({ to: backend.url, forward: 'ca: ./ca.pem' })
  const gateway = await startGateway(t, yaml, { files: { 'ca.pem': own.cert } })
  const response = await gateway.call('/shop/items')
  assert.deepEqual([response.status, await response.text()], [200, 'over TLS'])
  assert.deepEqual(backend.received, ['/items'])
})

test('a certificate by another authority, for another name or by nobody known is a 502, and nothing was sent', async t => {
  const backend = await startTlsBackend(t, own)
  const forwards: readonly (readonly [to: string, forward?: string])[] = [
    [backend.url, 'ca: ./another.pem'],
    [backend.named, 'ca: ./ca.pem'],
    [backend.url],
  ]
  for (const [to, forward] of forwards) {
    const yaml = openYaml({ to, ...(forward !== undefined && { forward }) })
    const gateway = await startGateway(t, yaml, { files: { 'ca.pem': own.cert, 'another.pem': another.cert } })
    const response = await gateway.call('/shop/items', { method: 'POST', body: 'secret' })
    assert.equal(response.status, 502)
    assert.equal((await problemOf(response)).code, 'upstream-unreachable')
    assert.match(gateway.events[0]?.refusal?.reason ?? '', /CERT|ALTNAME/)
  }
  assert.deepEqual(backend.received, [])
})

test('the environment cannot switch the check of certificates off', async t => {
  const backend = await startTlsBackend(t, own)
  const folder = await folderWith(t, {
    'sallyport.yaml': openYaml({ to: backend.url, gateway: 'management: 0, log: off' }),
  })
  const gateway = await up(t, folder, [], { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } })
  assert.equal((await gateway.call('/shop/items')).status, 502)
  assert.deepEqual(backend.received, [])
})

test('a plain upstream beyond this machine is refused at load, unless it is allowed by name', async t => {
  for (const to of [
    'http://api.example.com',
    'http://10.0.0.1:8080',
    'http://127.0.0.1.example.com',
    'http://0.0.0.0',
  ]) {
    assert.match(
      (await mistakesOf(t, openYaml({ to }))).join(),
      /forward\.to: plain HTTP beyond this machine is refused/,
    )
  }
  await startGateway(t, openYaml({ to: 'http://api.example.com', forward: 'allowPlainHttp: true' }))
  const backend = await startBackend(t)
  await startGateway(t, openYaml({ to: backend.url }))
})

test('an authority that is no certificate does not load: an empty one would stand for all public authorities', async t => {
  for (const ca of ['', 'none']) {
    const yaml = openYaml({ to: 'https://127.0.0.1:1', forward: 'ca: ./ca.pem' })
    assert.match(
      String(await mistakesOf(t, yaml, { files: { 'ca.pem': ca } })),
      /forward\.ca: needs certificates in PEM/,
    )
  }
})
