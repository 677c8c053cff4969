import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { problemOf } from '../harness/problem.ts'
import { fieldOf, repliesIn, speak } from '../harness/raw.ts'

const api = (name: string, path: string, to: string, operations: readonly string[]) => `
  ${name}:
    path: ${path}
    identify: anonymous
    authorize: anyone
    forward: { to: "${to}" }
    ${operations.length === 0 ? '' : `operations:\n      ${operations.join('\n      ')}`}`

const yaml = (to: string) => `
sallyport: 1
gateway: { http: 0 }
apis:
${api('root', '/', to, ['GET /{anything*}: {}'])}
${api('shop', '/shop', to, [
  'GET /items: {}',
  'GET /items/: {}',
  'GET /items/{id}: {}',
  'DELETE /items/{id}: {}',
  'GET /items/special: {}',
  'GET /items/{id}.json: {}',
  'GET /items/{id}/parts/{part}: {}',
  'GET /items/{rest*}: {}',
  'POST /items/{id}/{action}: {}',
  'HEAD /tape: {}',
  'GET /tape: {}',
])}
${api('shop-admin', '/shop/admin', to, ['GET /users: {}'])}
`

/** The operation that the gateway chose for a call. */
async function chosen(gateway: TestGateway, path: string, init: RequestInit = {}): Promise<string> {
  const response = await gateway.call(path, init)
  await response.arrayBuffer()
  const { api: name, operation } = gateway.events.at(-1) ?? {}
  return response.status === 200 ? `${name}: ${operation}` : String(response.status)
}

test('the most specific template is chosen, segment by segment, and a trailing slash makes another path', async t => {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, yaml(backend.url))
  const wanted: Readonly<Record<string, string>> = {
    '/shop/items': 'shop: GET /items',
    '/shop/items/': 'shop: GET /items/',
    '/shop/items/special': 'shop: GET /items/special',
    '/shop/items/7': 'shop: GET /items/{id}',
    '/shop/items/7.json': 'shop: GET /items/{id}.json',
    '/shop/items/7/parts/3': 'shop: GET /items/{id}/parts/{part}',
    '/shop/items/7/parts': '405',
    '/shop/items/7/': 'shop: GET /items/{rest*}',
    '/shop/items/7/parts/3/4': 'shop: GET /items/{rest*}',
    '/other': 'root: GET /{anything*}',
  }
  for (const [path, operation] of Object.entries(wanted)) assert.equal(await chosen(gateway, path), operation, path)
})

test('the API with the longest path decides alone: what it does not have is not looked for in a shorter one', async t => {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, yaml(backend.url))
  for (const path of ['/shop/admin/nothing', '/shop/admin/', '/shop/admin', '/shop/nothing', '/shop', '/shop/']) {
    assert.equal(await chosen(gateway, path), '404', path)
  }
  // With %2F decoded, as some backends do, these would be another API's.
  for (const path of ['/shop%2Fadmin/users', '/shop%2Fnothing', '/shop/admin%2Fusers']) {
    assert.equal(await chosen(gateway, path), path === '/shop/admin%2Fusers' ? '404' : '400', path)
  }
  assert.equal(await chosen(gateway, '/shop/admin/users'), 'shop-admin: GET /users')
  assert.equal(await chosen(gateway, '/shopping'), 'root: GET /{anything*}')
  assert.deepEqual(
    backend.received.map(({ url }) => url),
    ['/users', '/shopping'],
  )
})

test('the path is chosen before the method: 404 where there is no path, 405 with Allow where it lacks the method', async t => {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, yaml(backend.url))
  const missing = await gateway.call('/shop/nothing', { method: 'POST' })
  assert.equal((await problemOf(missing)).code, 'route-unknown')
  const other = await gateway.call('/shop/items/7', { method: 'PUT' })
  assert.equal(other.status, 405)
  assert.equal(other.headers.get('allow'), 'DELETE, GET, HEAD')
  assert.equal((await problemOf(other)).code, 'method-unknown')
  // `special` has GET alone; that `/items/{id}` has DELETE does not help.
  assert.equal(await chosen(gateway, '/shop/items/special', { method: 'DELETE' }), '405')
  assert.equal(await chosen(gateway, '/shop/items', { method: 'OPTIONS' }), '405')
  assert.deepEqual(backend.received, [])
})

test('HEAD counts as GET, unless the path has a HEAD of its own, and goes out as HEAD', async t => {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, yaml(backend.url))
  assert.equal(await chosen(gateway, '/shop/items', { method: 'HEAD' }), 'shop: GET /items')
  assert.equal(await chosen(gateway, '/shop/tape', { method: 'HEAD' }), 'shop: HEAD /tape')
  assert.deepEqual(
    backend.received.map(({ method }) => method),
    ['HEAD', 'HEAD'],
  )
})

test('an absolute-form target counts by its path where it names the same host, and is refused where it does not', async t => {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, yaml(backend.url))
  const ask = async (target: string) => {
    const bytes = await speak(
      gateway.url,
      `GET ${target} HTTP/1.1\r\nHost: Shop.example:80\r\nConnection: close\r\n\r\n`,
    )
    const [reply] = repliesIn(bytes)
    assert.equal(fieldOf(reply, 'sallyport-call-id').length, 1)
    return reply?.status
  }
  assert.equal(await ask('http://shop.EXAMPLE:80/shop/items?q=1'), 200)
  assert.equal(await ask('https://shop.example:80/shop/items'), 200)
  assert.deepEqual(
    backend.received.map(({ url }) => url),
    ['/items?q=1', '/items'],
  )
  const refused = [
    'http://other.example/shop/items',
    'http://shop.example:80@other.example/shop/items',
    'http://user@shop.example:80/shop/items',
    'ftp://shop.example:80/shop/items',
    'shop.example:80',
    '//shop.example:80/shop/items',
  ]
  for (const target of refused) assert.equal(await ask(target), 400, target)
})
