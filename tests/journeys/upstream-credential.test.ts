import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend, valuesOf } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { openYaml } from '../harness/open.ts'

const withCredential = (to: string, credential: string) => openYaml({ to, forward: `credential: ${credential}` })

test('[A36] an environment variable stands for its value, everywhere in a credential', async t => {
  const backend = await startBackend(t)
  const credentials: Readonly<Record<string, readonly [name: string, value: string]>> = {
    '{ header: { X-Key: "${KEY}" } }': ['x-key', 'k-123'],
    '{ header: { X-Key: "prefix ${KEY}" } }': ['x-key', 'prefix k-123'],
    '{ bearer: "${KEY}" }': ['authorization', 'Bearer k-123'],
    '{ basic: { username: "${USER}", password: "${KEY}" } }': ['authorization', `Basic ${btoa('shop:k-123')}`],
  }
  for (const [credential, [name, value]] of Object.entries(credentials)) {
    const env = { KEY: 'k-123', USER: 'shop' }
    const gateway = await startGateway(t, withCredential(backend.url, credential), { env })
    assert.equal((await gateway.call('/shop/items')).status, 200)
    assert.deepEqual(valuesOf(backend.received.at(-1), name), [value])
  }
})

test('[A36] a variable that is not set is an error with its name and place, and never the literal text', async t => {
  const backend = await startBackend(t)
  const mistakes = await mistakesOf(t, withCredential(backend.url, '{ bearer: "${SHOP_TOKEN}" }'), {
    env: { SHOP_TOKENS: 'x' },
  })
  assert.equal(mistakes.length, 1)
  assert.match(mistakes[0] ?? '', /apis\.shop\.forward\.credential\.bearer.*SHOP_TOKEN is not set/)
})

test('[A37] an API key goes out under exactly the name that is written, and any client copy is gone', async t => {
  const backend = await startBackend(t)
  for (const name of ['X-API-Key', 'Ocp-Apim-Subscription-Key']) {
    const gateway = await startGateway(t, withCredential(backend.url, `{ header: { ${name}: value-1 } }`))
    await gateway.call('/shop/items', { headers: { [name]: 'mine', [name.replaceAll('-', '_')]: 'mine' } })
    const sent = backend.received.at(-1)
    assert.deepEqual(valuesOf(sent, name.toLowerCase()), ['value-1'])
    assert.ok(!JSON.stringify(sent?.headers).includes('mine'))
  }
})

test("[A37] an API key can be a query parameter; the client's own parameters stay, but for a copy of it", async t => {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, withCredential(backend.url, '{ query: { api key: "a&b=c é" } }'))
  await gateway.call('/shop/items?q=1&&api%20key=mine&api+key=mine&r=%2F')
  assert.equal(backend.received[0]?.url, '/items?q=1&&r=%2F&api%20key=a%26b%3Dc%20%C3%A9')
  await gateway.call('/shop/items')
  assert.equal(backend.received[1]?.url, '/items?api%20key=a%26b%3Dc%20%C3%A9')
})

test('[A38] a bearer token goes out in Authorization, instead of what the client sent there', async t => {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, withCredential(backend.url, '{ bearer: token-1 }'))
  await gateway.call('/shop/items', { headers: { Authorization: 'Bearer mine' } })
  assert.deepEqual(valuesOf(backend.received[0], 'authorization'), ['Bearer token-1'])
})

test('[A39] basic credentials go out as base64 of their UTF-8, a colon in the password included', async t => {
  const backend = await startBackend(t)
  const gateway = await startGateway(
    t,
    withCredential(backend.url, '{ basic: { username: "jürgen", password: "pä:ss:wörd €" } }'),
  )
  await gateway.call('/shop/items')
  const [sent = ''] = valuesOf(backend.received[0], 'authorization')
  assert.equal(Buffer.from(sent.replace('Basic ', ''), 'base64').toString('utf8'), 'jürgen:pä:ss:wörd €')
})

test('[A39] a colon in the user name would end it early, so such a configuration does not load', async t => {
  const backend = await startBackend(t)
  const yaml = withCredential(backend.url, '{ basic: { username: "a:b", password: c } }')
  assert.match((await mistakesOf(t, yaml)).join(), /colon/)
})
