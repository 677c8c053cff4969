import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { startBackend, valuesOf } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { bearer, testIssuer } from '../harness/tokens.ts'

const yaml = (to: string) => `
sallyport: 1
gateway: { http: 0, url: "https://api.example.com" }
issuers:
  staff: { issuer: https://id.example.com, audience: warehouse, keys: { file: ./jwks.json } }
apis:
  warehouse:
    path: /warehouse
    identify: { any: [{ jwt: staff }, anonymous] }
    authorize: anyone
    forward: { to: "${to}/base", caller: { header: X-Caller }, pass: [x-caller, x_caller] }
`

test('[W29] the backend is told the verified caller by a JWT that the published keys verify', async t => {
  const backend = await startBackend(t)
  const issuer = await testIssuer()
  const gateway = await startGateway(t, yaml(backend.url), { files: { 'jwks.json': issuer.jwks } })
  const token = await issuer.token({ scope: 'list_items order_item' })
  const response = await gateway.call('/warehouse/items', bearer(token))
  assert.equal(response.status, 200)

  const [told, more] = valuesOf(backend.received[0], 'x-caller')
  assert.ok(told !== undefined && more === undefined)
  const published: JSONWebKeySet = JSON.parse(await (await gateway.call('/.well-known/jwks.json')).text())
  assert.ok(
    published.keys.every(key => !('d' in key)),
    'no private part is published',
  )
  const { payload, protectedHeader } = await jwtVerify(told, createLocalJWKSet(published), {
    issuer: 'https://api.example.com',
    audience: backend.url,
    currentDate: new Date(gateway.clock.now()),
    requiredClaims: ['exp', 'iat', 'jti'],
  })
  assert.equal(protectedHeader.typ, 'sallyport-caller+jwt')
  assert.equal(payload.sub, 'alice')
  assert.deepEqual(payload.user, { iss: 'https://id.example.com', sub: 'alice' })
  assert.equal(payload.client_id, 'shop')
  assert.equal(payload.scope, 'list_items order_item')
  assert.equal(payload.jti, response.headers.get('sallyport-call-id'))
  assert.ok((payload.exp ?? 0) - (payload.iat ?? 0) <= 60, 'it is short-lived')
  await assert.rejects(
    jwtVerify(told, createLocalJWKSet(published), { currentDate: new Date(gateway.clock.now() + 61_000) }),
    { code: 'ERR_JWT_EXPIRED' },
  )
})

test('[W29] a copy of the header that the client sends never arrives, whatever its spelling', async t => {
  const backend = await startBackend(t)
  const issuer = await testIssuer()
  const gateway = await startGateway(t, yaml(backend.url), { files: { 'jwks.json': issuer.jwks } })
  const forged = 'forged.caller.token'
  const headers = { 'X-Caller': forged, x_caller: forged, X_CALLER: forged }
  assert.equal((await gateway.call('/warehouse/items', { headers })).status, 200)
  const told = backend.received[0]?.headers.filter(([name]) => name.replaceAll('_', '-') === 'x-caller') ?? []
  assert.equal(told.length, 1)
  assert.doesNotMatch(told[0]?.[1] ?? '', /forged/)
  assert.ok(!JSON.stringify(backend.received[0]?.headers).includes(forged))
})

test("[W29] the backend's own 403 passes through unchanged", async t => {
  const backend = await startBackend(t, (_, response) => {
    response.writeHead(403, { 'Content-Type': 'text/plain', 'X-Why': 'office hours' })
    response.end('not at this hour')
  })
  const issuer = await testIssuer()
  const gateway = await startGateway(t, yaml(backend.url), { files: { 'jwks.json': issuer.jwks } })
  const response = await gateway.call('/warehouse/items', bearer(await issuer.token()))
  assert.equal(response.status, 403)
  assert.equal(response.headers.get('x-why'), 'office hours')
  assert.equal(await response.text(), 'not at this hour')
})
