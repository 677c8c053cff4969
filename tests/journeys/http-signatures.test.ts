import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { z } from 'zod'
import { type Answer, startBackend } from '../harness/backend.ts'
import { certificateFor } from '../harness/certificate.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { problemOf } from '../harness/problem.ts'
import { digestOf, isGoodAnswer, type Signed, signedRequest } from '../harness/signed.ts'

const keySet = z.object({ keys: z.array(z.looseObject({ kid: z.string() })) })

/** The first key that a gateway publishes: its own. */
async function publishedKey(url: string) {
  const { keys } = keySet.parse(await (await fetch(`${url}/.well-known/jwks.json`)).json())
  const [jwk] = keys
  assert.ok(jwk !== undefined)
  return { public: createPublicKey({ key: jwk, format: 'jwk' }), keyid: jwk.kid, alg: 'ecdsa-p256-sha256' }
}

const json: Answer = (_, response) => {
  response.setHeader('Content-Type', 'application/json')
  response.end('{"items": [1, 2.50]}')
}

async function get(url: string, path: string) {
  const asked: Signed = { method: 'GET', url: url + path, headers: {} }
  const response = await fetch(asked.url)
  const headers = Object.fromEntries(response.headers)
  return { asked, answer: { status: response.status, headers }, body: await response.text() }
}

test('[W24] an answer is signed whole with the published key: another implementation finds it good, and a changed byte bad', async t => {
  const backend = await startBackend(t, json)
  const gateway = await startGateway(t, openYaml({ to: backend.url, api: ['protect: { httpSignature: true }'] }))
  const key = await publishedKey(gateway.url)
  const { asked, answer, body } = await get(gateway.url, '/shop/items?page=2')
  assert.equal(body, '{"items": [1, 2.50]}')
  assert.equal(answer.headers['content-digest'], digestOf(body))
  assert.equal(await isGoodAnswer(answer, asked, key), true)
  const digest = digestOf(body.replace('2.50', '2.51'))
  const changes = [
    { ...answer, status: 201 },
    { ...answer, headers: { ...answer.headers, 'content-digest': digest } },
    { ...answer, headers: { ...answer.headers, 'content-type': 'text/html' } },
  ]
  for (const changed of changes) assert.equal(await isGoodAnswer(changed, asked, key), false)
  assert.equal(await isGoodAnswer(answer, { ...asked, url: `${gateway.url}/shop/items?page=3` }, key), false)
})

test('refusals and answers of the gateway itself are signed like any other', async t => {
  const backend = await startBackend(t, json)
  const gateway = await startGateway(
    t,
    openYaml({ to: backend.url, gateway: 'protect: { httpSignature: true }', api: ['admit: { maxBody: 1B }'] }),
  )
  const key = await publishedKey(gateway.url)
  for (const path of ['/elsewhere', '/.well-known/jwks.json', '/shop/items']) {
    const { asked, answer, body } = await get(gateway.url, path)
    assert.equal(answer.headers['content-digest'], digestOf(body), path)
    assert.equal(await isGoodAnswer(answer, asked, key), true, path)
  }
  const refused = await fetch(`${gateway.url}/shop/items`, { method: 'POST', body: 'xx' })
  assert.equal(refused.status, 413)
  const answer = { status: 413, headers: Object.fromEntries(refused.headers) }
  const asked = { method: 'POST', url: `${gateway.url}/shop/items`, headers: {} }
  assert.equal(await isGoodAnswer(answer, asked, key), true)
})

test('[W24] a key of one’s own signs, and its certificate checks', async t => {
  const { cert, key } = await certificateFor('DNS:signer.example.com')
  const backend = await startBackend(t, json)
  const entry =
    '{ answers: { key: "${file:./signer.pem}", keyid: signer-2026, tag: shop, digest: sha-512, covers: [etag, "x-absent"] } }'
  const yaml = openYaml({ to: backend.url, api: [`protect: { httpSignature: ${entry} }`] })
  const gateway = await startGateway(t, yaml, { files: { 'signer.pem': key } })
  const { asked, answer, body } = await get(gateway.url, '/shop/items')
  const { publicKey } = new X509Certificate(cert)
  const alg = publicKey.asymmetricKeyType === 'rsa' ? 'rsa-pss-sha512' : 'ecdsa-p256-sha256'
  assert.equal(answer.headers['content-digest'], digestOf(body, 'sha-512'))
  assert.match(answer.headers['signature-input'] ?? '', /;keyid="signer-2026";alg="[^"]+";tag="shop"$/)
  assert.equal(await isGoodAnswer(answer, asked, { public: publicKey, keyid: 'signer-2026', alg }), true)
  const { keys } = keySet.parse(await (await fetch(`${gateway.url}/.well-known/jwks.json`)).json())
  const published = keys.find(({ kid }) => kid === 'signer-2026')
  assert.ok(published !== undefined && !('d' in published))
  assert.equal(createPublicKey({ key: published, format: 'jwk' }).equals(publicKey), true)
})

test('[W24] a request to the backend is signed whole, and a gateway before it checks it with the published key', async t => {
  const backend = await startBackend(t)
  const jwks = { value: '' }
  const signer = await startGateway(
    t,
    openYaml({ to: 'http://127.0.0.1:1', api: ['protect: { httpSignature: { requests: {} } }'] }),
  )
  jwks.value = JSON.stringify(await (await fetch(`${signer.url}/.well-known/jwks.json`)).json())
  const checker = await startGateway(
    t,
    openYaml({ to: backend.url, api: ['inspect: { signature: { keys: { file: ./jwks.json } } }'] }),
    {
      files: { 'jwks.json': jwks.value },
    },
  )
  await signer.change(
    'sallyport.yaml',
    openYaml({ to: checker.url, api: ['protect: { httpSignature: { requests: {} } }'] }),
  )
  const send = (url: string) =>
    fetch(`${url}/shop/shop/orders?x=1`, {
      method: 'POST',
      body: '{"a": 1}',
      headers: { 'Content-Type': 'application/json', Signature: 'mine=:AA==:' },
    })
  const passed = await send(signer.url)
  assert.equal(passed.status, 200, await passed.text())
  assert.equal(backend.received[0]?.body.toString(), '{"a": 1}')
  const bare = await send(checker.url)
  assert.equal(bare.status, 400)
  assert.equal((await problemOf(bare)).code, 'signature-bad')
})

const client = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwksOf = (kid: string) =>
  JSON.stringify({ keys: [{ ...client.publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256' }] })
const signer = { key: client.privateKey, keyid: 'client-1' }

async function checking(t: Parameters<typeof startBackend>[0], more = '') {
  const backend = await startBackend(t)
  const yaml = openYaml({ to: backend.url, api: [`inspect: { signature: { keys: { file: ./jwks.json }${more} } }`] })
  const gateway = await startGateway(t, yaml, { files: { 'jwks.json': jwksOf('client-1') } })
  const order: Signed = {
    method: 'POST',
    url: `${gateway.url}/shop/orders?x=1`,
    headers: { 'content-type': 'application/json' },
    body: '{"a": 1}',
  }
  return { backend, gateway, order }
}

const send = ({ url, method, headers, body }: Signed) =>
  fetch(url, { method, headers, ...(body !== undefined && { body }) })

test('a request that another implementation signed comes through once, and not again', async t => {
  const { backend, gateway, order } = await checking(t)
  const signed = await signedRequest(order, { ...signer, nonce: 'n-1' })
  assert.equal((await send(signed)).status, 200)
  const again = await send(signed)
  assert.equal((await problemOf(again)).code, 'signature-bad')
  assert.match(again.headers.get('Accept-Signature') ?? '', /^sig1=\("@method" "@authority" .*\);created;keyid$/)
  assert.match(gateway.events.at(-1)?.refusal?.reason ?? '', /used before/)
  assert.equal((await send(await signedRequest(order, { ...signer, nonce: 'n-2' }))).status, 200)
  assert.equal(backend.received.length, 2)
})

test('a signature is good for as long as it says, and no longer than the rule bears', async t => {
  const { gateway, order } = await checking(t, ', maxAge: 2m, leeway: 10s')
  const start = gateway.clock.now()
  const tries = [
    [start - 119_000, start + 600_000, 200],
    [start - 120_000, start + 600_000, 400],
    [start + 10_000, start + 600_000, 200],
    [start + 11_000, start + 600_000, 400],
    [start - 1000, start, 400],
    [start - 1000, start + 1000, 200],
  ] as const
  for (const [created, expires, status] of tries) {
    const response = await send(await signedRequest(order, { ...signer, created, expires }))
    assert.equal(response.status, status, `${created - start} ${expires - start}`)
  }
})
