import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Received, startBackend, valuesOf } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { keysFile, newKey } from '../harness/keys.ts'
import { openYaml } from '../harness/open.ts'
import { speak } from '../harness/raw.ts'

/** Headers of a client that never reach a backend, whatever their spelling; `mine` marks each value. */
const withheld = [
  'Authorization',
  'Proxy-Authorization',
  'Cookie',
  'Sallyport-Call-Id',
  'Sallyport-User',
  'SALLYPORT-ANYTHING',
  'X_Caller',
  'Content_Type',
  'X-Original-URL',
  'X-Rewrite-URL',
  'X-Original-Host',
  'X-Original-URI',
  'X-HTTP-Method',
  'X-HTTP-Method-Override',
  'X-Method-Override',
  'Forwarded',
  'Via',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'X-Forwarded-Proto',
  'X-Forwarded-Port',
  'X-Forwarded-Prefix',
  'X-Forwarded-Server',
  'X-Forwarded-User',
  'X-Forwarded-Client-Cert',
  'X-Host',
  'X-HTTP-Host-Override',
  'X-Real-IP',
  'X-Client-IP',
  'X-Cluster-Client-IP',
  'X-Remote-Addr',
  'X-Remote-IP',
  'X-Originating-IP',
  'True-Client-IP',
  'CF-Connecting-IP',
  'Fastly-Client-IP',
  'Client-IP',
  'Client-Cert',
  'Remote-User',
  'Client-Call-Id',
  'TE',
  'Trailer',
  'Keep-Alive',
  'Proxy-Connection',
  'HTTP2-Settings',
  'X-Named-By-Connection',
  'x-also-named',
]

const request = (fields: readonly string[], path = '/shop/items') =>
  `GET ${path} HTTP/1.1\r\nHost: gateway.example\r\n${fields.map(field => `${field}\r\n`).join('')}\r\n`

const mine = (received: Received | undefined) =>
  received?.headers.filter(([, value]) => value.includes('mine')).map(([name]) => name)

test('what a client may not tell a backend never arrives, whatever the case of its name', async t => {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  const connection = 'Connection: close, X-Named-By-Connection , x-ALSO-named'
  const spellings = [(name: string) => name, (name: string) => name.toLowerCase(), (name: string) => name.toUpperCase()]
  for (const spelled of spellings) {
    const fields = withheld.map(name => `${spelled(name)}: mine`)
    await speak(gateway.url, request([...fields, 'X-Harmless: mine', 'Accept: mine', connection]))
    assert.deepEqual(mine(backend.received.at(-1)), ['x-harmless', 'accept', 'client-call-id'])
  }
  const [received] = backend.received
  assert.equal(received?.url, '/items')
  assert.deepEqual(valuesOf(received, 'x-forwarded-for'), ['127.0.0.1'])
  assert.deepEqual(valuesOf(received, 'x-forwarded-host'), ['gateway.example'])
  assert.deepEqual(valuesOf(received, 'x-forwarded-proto'), ['http'])
  assert.deepEqual(valuesOf(received, 'via'), ['1.1 sallyport'])
  assert.deepEqual(valuesOf(received, 'host'), [new URL(backend.url).host])
  assert.equal(valuesOf(received, 'sallyport-call-id').length, 1)
  assert.deepEqual(valuesOf(received, 'client-call-id'), ['mine'], "the client's own id has another name")
})

test('forward.pass names exceptions, but none that would frame the request or pose as the gateway', async t => {
  const backend = await startBackend(t)
  const names = ['authorization', 'cookie', 'x-forwarded-host', 'x-forwarded-for', 'x_custom', 'x-http-method-override']
  const forward = `pass: [${names.join(', ')}, x-named], credential: { header: { X-Key: ours } }`
  const gateway = await startGateway(t, openYaml({ to: backend.url, forward }))
  const fields = [...names.map(name => `${name}: mine`), 'X-Named: mine', 'X-Key: mine', 'x_key: mine']
  await speak(gateway.url, request([...fields, 'Connection: close, X-Named']))
  const [received] = backend.received
  assert.deepEqual(mine(received), names)
  assert.deepEqual(valuesOf(received, 'x-key'), ['ours'])
  assert.deepEqual(valuesOf(received, 'x-forwarded-for'), ['mine', '127.0.0.1'], 'what is known stands last')
  assert.deepEqual(valuesOf(received, 'x-forwarded-host'), ['mine'], 'one host, not two')
})

test("the caller's own credential stays at the gateway, in a header, the query or a cookie", async t => {
  const backend = await startBackend(t)
  const key = newKey()
  const places = '{ header: X-Shop-Key, query: key, cookie: shop_key }'
  const yaml = openYaml({
    to: backend.url,
    before: 'apiKeys: ./keys.yaml',
    identify: `{ apiKey: ${places} }`,
    api: ['inspect: { csrf: off }'],
    forward: 'pass: [cookie]',
  })
  const gateway = await startGateway(t, yaml, { files: { 'keys.yaml': keysFile({ shop: key }) } })
  const close = 'Connection: close'
  await speak(gateway.url, request([`x-shop-KEY: ${key.key}`, close]))
  await speak(gateway.url, request([close], `/shop/items?a=1&k%65y=${key.key}&&b=%20`))
  await speak(gateway.url, request([`Cookie: theme=dark; shop_key=${key.key};lang=en`, close]))
  await speak(gateway.url, request([`Cookie: shop_key="${key.key}"`, close]))
  assert.deepEqual(
    backend.received.map(({ url }) => url),
    ['/items', '/items?a=1&&b=%20', '/items', '/items'],
  )
  assert.deepEqual(valuesOf(backend.received[2], 'cookie'), ['theme=dark;lang=en'])
  assert.deepEqual(valuesOf(backend.received[3], 'cookie'), [])
  assert.ok(!JSON.stringify(backend.received).includes(key.key))
})
