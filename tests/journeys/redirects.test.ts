import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'

/** A backend that redirects to what the test sets, and sets the cookies that it sets. */
async function start(t: Parameters<typeof startBackend>[0], api: readonly string[] = [], base = '/v1') {
  const says = { location: '', cookies: [] as string[] }
  const backend = await startBackend(t, (_, response) => {
    const location = Buffer.from(says.location, 'utf8').toString('latin1')
    response.writeHead(302, [
      ...['Location', location, 'Content-Location', location],
      ...says.cookies.flatMap(cookie => ['Set-Cookie', cookie]),
    ])
    response.end()
  })
  const gateway = await startGateway(t, openYaml({ to: backend.url + base, api }))
  const locate = async (location: string) => {
    says.location = location
    const { status, headers } = await gateway.call('/shop/a/b?q=1')
    assert.equal(status, 302, 'a redirect of the upstream is handed on, never followed')
    assert.equal(headers.get('content-location'), headers.get('location'))
    return headers.get('location')
  }
  const cookie = async (...cookies: string[]) => {
    says.cookies = cookies
    return (await gateway.call('/shop/a/b')).headers.getSetCookie()
  }
  return { backend, gateway, locate, cookie }
}

test('a redirect within the upstream leads to the same place as the caller knows it', async t => {
  const { backend, locate } = await start(t)
  const at = (path: string) => backend.url + path
  const wanted: Readonly<Record<string, string | null>> = {
    [at('/v1/items/7?x=1#top')]: '/shop/items/7?x=1#top',
    [at('/v1')]: '/shop',
    [at('/v1/')]: '/shop/',
    '/v1/items': '/shop/items',
    c: '/shop/a/c',
    '../c': '/shop/c',
    '?page=2': '/shop/a/b?page=2',
    [`//${new URL(backend.url).host}/v1/x`]: '/shop/x',
    [at('/v1/a%2Fb/%20')]: '/shop/a%2Fb/%20',
    '/v1/größe': '/shop/gr%C3%B6%C3%9Fe',
  }
  for (const [location, expected] of Object.entries(wanted)) assert.equal(await locate(location), expected, location)
})

test("another host's address stays as it is, and none is made up", async t => {
  const { locate } = await start(t)
  const kept = [
    'https://id.example.com/login?next=%2F',
    '//cdn.example.com/x',
    'shop-app://done',
    '/\\id.example.com/x',
  ]
  for (const location of kept) assert.equal(await locate(location), location)
})

test('a redirect to where the API does not lead goes no further: there that path is somebody else', async t => {
  const { backend, locate } = await start(t)
  const outside = [
    '/admin',
    '/v1/../admin',
    '/v1/%2e%2e/admin',
    '../../../admin',
    '/v11',
    `${backend.url}/v2`,
    'http://[',
  ]
  for (const location of outside) assert.equal(await locate(location), null, location)
})

test('an API that keeps its path, or stands at the root, is treated alike', async t => {
  const kept = await start(t, ['keepPath: true'], '')
  assert.equal(await kept.locate('/shop/items'), '/shop/items')
  assert.equal(await kept.locate('/other/items'), null)
  const root = await start(t, [], '')
  assert.equal(await root.locate('/x'), '/shop/x')
  assert.equal(await root.locate(`${root.backend.url}//evil.example/x`), '/shop//evil.example/x')
})

test('cookies are set for the path that the caller sees, and for no other host', async t => {
  const { cookie } = await start(t)
  const wanted: Readonly<Record<string, string | undefined>> = {
    'a=1; Path=/; Domain=upstream.example; Secure; HttpOnly; SameSite=Lax':
      'a=1; Path=/shop; Secure; HttpOnly; SameSite=Lax',
    'a=1; path=/v1': 'a=1; Path=/shop',
    'a=1; Path=/v1/items; Max-Age=5': 'a=1; Path=/shop/items; Max-Age=5',
    'a=1;DOMAIN=.upstream.example;PATH=/v1/items/': 'a=1; Path=/shop/items/',
    'a=1': 'a=1',
    'a=b=c; Expires=Wed, 21 Oct 2026 07:28:00 GMT': 'a=b=c; Expires=Wed, 21 Oct 2026 07:28:00 GMT',
    // Such a cookie could never come back through this API; for another one it would be foreign.
    'a=1; Path=/admin': undefined,
    'a=1; Path=/v11': undefined,
  }
  for (const [set, expected] of Object.entries(wanted)) {
    assert.deepEqual(await cookie(set), expected === undefined ? [] : [expected], set)
  }
  assert.deepEqual(await cookie('a=1', 'b=2; Path=/'), ['a=1', 'b=2; Path=/shop'])
})
