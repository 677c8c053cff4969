import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anonymous, any, anyone, api, apiKey, app, jwt, type Rules, scopes } from '../index.ts'

const url = 'https://shop.example.com'
const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
const issued = (issuer: string) => jwt({ issuer, audience: 'shop', jwks: `${issuer}/keys` })
const keyed = apiKey({ keys: [{ id: 'one', key: 'a-key-of-many-letters-1' }] })
const operation = (rules: Rules, route: `GET /${string}` = 'GET /items') => api(route, rules, () => undefined)
const at = '/.well-known/oauth-protected-resource'
const get = ({ fetch }: Awaited<ReturnType<typeof app>>, path: string) => fetch(new Request(url + path))

test('a refused client finds, by the challenge alone, who gives tokens for the application (RFC 9728)', async () => {
  const identify = any(issued('https://id.example.com'), issued('https://partner.example'), keyed)
  const started = await app({
    name: 'shop',
    url,
    operations: [operation({ authorize: scopes('list_items') })],
    identify,
    authorize: scopes('shop'),
    protect: { securityHeaders: true },
  })
  const refused = await get(started, '/items')
  assert.equal(refused.status, 401)
  assert.match(refused.headers.get('www-authenticate') ?? '', new RegExp(`resource_metadata="${url}${at}"`))
  const found = await get(started, at)
  assert.equal(found.headers.get('x-content-type-options'), 'nosniff')
  assert.deepEqual(
    [found.status, await found.json()],
    [
      200,
      {
        resource: url,
        resource_name: 'shop',
        authorization_servers: ['https://id.example.com', 'https://partner.example'],
        scopes_supported: ['list_items', 'shop'],
        bearer_methods_supported: ['header'],
      },
    ],
  )
})

test('without a URL, or where no tokens are read, there is no such metadata', async () => {
  const tokens = { identify: jwt({ secret }), authorize: anyone }
  const unnamed = await app({ operations: [operation(tokens)] })
  assert.doesNotMatch((await get(unnamed, '/items')).headers.get('www-authenticate') ?? '', /resource_metadata/)
  assert.equal((await get(unnamed, at)).status, 404)
  const others = await app({ url, operations: [operation({ identify: keyed, authorize: anyone })] })
  assert.equal((await get(others, at)).status, 404)
})

test('what an operation of the application says there holds', async () => {
  const own = operation({ identify: anonymous, authorize: anyone }, `GET ${at}`)
  const started = await app({ url, operations: [operation({ identify: jwt({ secret }), authorize: anyone }), own] })
  assert.equal((await get(started, at)).status, 204)
})

test('a page of the URL is an own page of the application, wherever the call came by', async () => {
  const open = { identify: anonymous, authorize: anyone, inspect: { csrf: true } } as const
  const change = api('POST /it', open, () => undefined)
  const { fetch } = await app({ url, operations: [change, operation(open, 'GET /it')] })
  const from = async (Origin: string) => {
    const [pair = ''] = (await fetch(new Request('http://10.0.0.7/it'))).headers.get('set-cookie')?.split(';') ?? []
    const headers = { Origin, Cookie: pair, 'X-CSRF-Token': pair.slice('csrf_token='.length) }
    return (await fetch(new Request('http://10.0.0.7/it', { method: 'POST', headers }))).status
  }
  assert.equal(await from(url), 204)
  assert.equal(await from('https://shop.example.com.attacker.com'), 403)
})

test('a URL that is more or less than scheme, host and port does not start', async () => {
  for (const wrong of [
    '',
    'shop.example.com',
    `${url}/`,
    `${url}/api`,
    `${url}:443`,
    'https://a:b@shop.example.com',
    'ftp://shop.example.com',
  ])
    await assert.rejects(app({ url: wrong, operations: [] }), /^TypeError: url: needs scheme/, wrong)
})
