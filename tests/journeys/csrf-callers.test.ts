import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { basicOf, keysFile, newKey, usersFile } from '../harness/keys.ts'
import { startMagic } from '../harness/magic.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { openYaml } from '../harness/open.ts'
import { problemOf } from '../harness/problem.ts'

const to = 'http://127.0.0.1:1'
const before = 'apiKeys: ./keys.yaml\nusers: ./users.yaml'
const files = { 'keys.yaml': 'keys: {}', 'users.yaml': 'users: {}' }

const written = (identify: string, ...api: readonly string[]) => openYaml({ to, before, identify, api })

test('an operation that changes something, whose callers a cookie or password may name, does not load without csrf', async t => {
  for (const [identify, by] of [
    ['{ basic: {} }', 'a password (Basic)'],
    ['{ apiKey: { cookie: key } }', 'a cookie (key)'],
    ['{ apiKey: { header: X-Key, cookie: key } }', 'a cookie (key)'],
    [
      '{ any: [{ apiKey: {} }, { all: [{ apiKey: { header: X-B } }, { basic: {} }] }, anonymous] }',
      'a password (Basic)',
    ],
  ] as const) {
    const [mistake = '', more] = await mistakesOf(t, written(identify, 'operations: { POST /a: {}, GET /b: {} }'), {
      files,
    })
    assert.equal(more, undefined)
    assert.ok(mistake.startsWith('apis.shop.operations["POST /a"]'), mistake)
    assert.ok(mistake.includes(`may be known by ${by}, which browsers add to calls of any page`), mistake)
    assert.match(mistake, /inspect: \{ csrf: true \}, or \{ csrf: off \}/)
  }
})

test('operations that one place speaks for are told of together', async t => {
  const [mistake = ''] = await mistakesOf(t, written('{ basic: {} }'), { files })
  assert.match(mistake, /^apis\.shop: callers of \* \/ and 1 more may be known by a password/)
})

for (const [what, identify, ...api] of [
  ['reads', '{ basic: {} }', 'operations: { GET /a: {}, HEAD /b: {}, OPTIONS /c: {} }'],
  ['has csrf', '{ basic: {} }', 'inspect: { csrf: true }'],
  ['says that it has none', '{ basic: {} }', 'inspect: { csrf: off }'],
  ['takes keys in headers', '{ apiKey: {} }'],
  ['takes keys in the query', '{ apiKey: { query: key } }'],
  ['takes everybody', 'anonymous'],
] as const) {
  test(`an operation that ${what} loads`, async t => {
    await startGateway(t, written(identify, ...api), { files })
  })
}

test('off turns off nothing that is inherited: what is taken away is written as such', async t => {
  const inherits = (operation: string) =>
    written('{ basic: {} }', 'inspect: { csrf: true }', `operations: { POST /a: ${operation} }`)
  const [mistake = ''] = await mistakesOf(t, inherits('{ inspect: { csrf: off } }'), { files })
  assert.match(
    mistake,
    /csrf: off changes nothing for POST \/a, for csrf is inherited; without: \[csrf\] takes it away/,
  )
  const [bare = ''] = await mistakesOf(t, inherits('{ without: [csrf] }'), { files })
  assert.match(bare, /may be known by a password/)
  await startGateway(t, inherits('{ without: [csrf], inspect: { csrf: off } }'), { files })
})

for (const [csrf, fault] of [
  ['{ session: "a b" }', /name of a cookie/],
  ['{ session: csrf_token }', /a cookie of its own/],
  ['{ cookie: "a;b" }', /name of a cookie/],
  ['{ header: "X A" }', /header name/],
  ['{ path: "/a; Domain=b" }', /a path such as/],
  ['{ cookie: __Host-csrf, path: /shop }', /__Host- has the path/],
  ['{ lasts: 1s }', /at least 1m/],
  ['{ origins: ["*"] }', /needs an origin/],
  ['false', /csrf/],
] as const) {
  test(`csrf written as ${csrf} does not load`, async t => {
    assert.match((await mistakesOf(t, written('anonymous', `inspect: { csrf: ${csrf} }`), { files })).join('\n'), fault)
  })
}

test('[F25] without a cookie that names the session, a token is for the caller alone', async t => {
  const backend = await startBackend(t)
  const users = await usersFile({ alice: 'password-1', bob: 'password-2' })
  const config = openYaml({
    to: backend.url,
    before: 'users: ./users.yaml',
    identify: '{ basic: {} }',
    api: ['inspect: { csrf: { cookie: __Host-csrf } }'],
  })
  const gateway = await startGateway(t, config, { files: { 'users.yaml': users } })
  const alice = basicOf('alice', 'password-1')
  const answer = await gateway.call('/shop/items', { headers: alice })
  const [cookie = ''] = answer.headers.getSetCookie()
  assert.match(cookie, /^__Host-csrf=[^;]+; Path=\/; /)
  const token = /=([^;]+)/.exec(cookie)?.[1] ?? ''
  const send = async (headers: Readonly<Record<string, string>>) =>
    (
      await gateway.call('/shop/items', {
        method: 'POST',
        headers: { ...headers, 'X-CSRF-Token': token, Cookie: `__Host-csrf=${token}` },
      })
    ).status
  assert.equal(await send(alice), 200)
  assert.equal(await send(basicOf('bob', 'password-2')), 403)
})

test('[F22] a refused GET brings no token, nor does a call that changes something', async t => {
  const backend = await startBackend(t)
  const key = newKey()
  const config = openYaml({
    to: backend.url,
    before: 'apiKeys: ./keys.yaml',
    identify: '{ apiKey: { cookie: key } }',
    api: ['inspect: { csrf: true }'],
  })
  const gateway = await startGateway(t, config, { files: { 'keys.yaml': keysFile({ shop: key }) } })
  const cookiesOf = async (init: RequestInit) => (await gateway.call('/shop/items', init)).headers.getSetCookie().length
  assert.equal(await cookiesOf({}), 0)
  assert.equal(await cookiesOf({ method: 'POST', headers: { Cookie: `key=${key.key}` } }), 0)
  assert.equal(await cookiesOf({ headers: { Cookie: `key=${key.key}` } }), 1)
})

test("a magic token as a password is a program's: pages of other origins change nothing with it", async t => {
  const gateway = await startMagic(t)
  const token = await gateway.mint({ allowed: ['* /.*'] })
  const send = async (headers: Readonly<Record<string, string>>, method = 'POST') => {
    const response = await gateway.call('/github/items', { method, headers: { ...basicOf('any', token), ...headers } })
    return response.status === 403 ? (await problemOf(response)).code : response.status
  }
  assert.equal(await send({ Origin: 'https://evil.example' }), 'origin-not-allowed')
  assert.equal(await send({ 'Sec-Fetch-Site': 'cross-site' }), 'origin-not-allowed')
  assert.equal(gateway.backend.received.length, 0)
  assert.equal(await send({}), 200)
  assert.equal(await send({ Origin: gateway.url, 'Sec-Fetch-Site': 'same-origin' }), 200)
  assert.equal(await send({ Origin: 'https://evil.example' }, 'GET'), 200)
  const asBearer = { Authorization: `Bearer ${token}`, Origin: 'https://page.example' }
  assert.equal(await send(asBearer), 200, 'what a page must have itself it may use')
})
