import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { callerOf } from '../harness/caller.ts'
import { startGateway } from '../harness/gateway.ts'
import { guardedYaml, staffIssuer } from '../harness/guarded.ts'
import { basicOf, keysFile, newKey } from '../harness/keys.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { problemOf } from '../harness/problem.ts'
import { repliesIn, speak } from '../harness/raw.ts'
import { testIssuer } from '../harness/tokens.ts'

const issuer = await testIssuer()
const partners = await testIssuer('ES256', 'p1')
const key = newKey()
const files = { 'jwks.json': issuer.jwks, 'partners.json': partners.jwks, 'keys.yaml': keysFile({ key }) }
const partner = '{ issuer: https://partner.example, audience: warehouse, keys: { file: ./partners.json } }'

const yamlWith = (identify: string, to = 'http://127.0.0.1:9') =>
  guardedYaml({
    to,
    issuers: `{ staff: ${staffIssuer()}, partner: ${partner}, twin: ${staffIssuer()} }`,
    sets: 'apiKeys: ./keys.yaml',
    identify,
  })

async function gatewayWith(t: TestContext, identify: string) {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, yamlWith(identify, backend.url), { files })
  const answer = (headers: Record<string, string>, path = '/warehouse/items') => gateway.call(path, { headers })
  const status = async (headers: Record<string, string>, path?: string) => (await answer(headers, path)).status
  return { backend, gateway, answer, status }
}

const token = await issuer.token()
const authorized = { Authorization: `Bearer ${token}` }

test('a credential that no method claims is bad, not nothing: it never passes as anonymous', async t => {
  const { backend, answer } = await gatewayWith(t, '{ any: [{ jwt: staff }, { apiKey: {} }, anonymous] }')
  for (const headers of [
    basicOf('user1', 'password1'),
    { Authorization: 'Negotiate YII=' },
    { Authorization: token },
    { Authorization: '' },
    { Authorization: 'Bearer' },
  ]) {
    const refused = await answer(headers)
    assert.deepEqual([refused.status, (await problemOf(refused)).code], [401, 'credential-bad'], headers.Authorization)
  }
  assert.equal(backend.received.length, 0)
})

test('a broken, an expired and a foreign credential never pass as anonymous; none at all does', async t => {
  const { backend, status } = await gatewayWith(t, '{ any: [{ jwt: staff }, { apiKey: {} }, anonymous] }')
  const expired = await issuer.token({ exp: 1 })
  for (const bad of ['x.y.z', `${token}x`, expired, await partners.token()]) {
    assert.equal(await status({ Authorization: `Bearer ${bad}` }), 401)
  }
  assert.equal(await status({ 'X-API-Key': newKey().key }), 401)
  assert.equal(backend.received.length, 0)
  assert.deepEqual([await status({}), await status(authorized)], [200, 200])
  assert.deepEqual(
    backend.received.map(received => callerOf(received).sub),
    ['anonymous', 'alice'],
  )
})

test('two Authorization fields are a malformed request, two of another credential field a bad credential', async t => {
  const { backend, gateway } = await gatewayWith(t, '{ any: [{ jwt: staff }, { apiKey: {} }] }')
  const status = async (...fields: string[]) => {
    const lines = ['GET /warehouse/items HTTP/1.1', 'Host: 127.0.0.1', ...fields, 'Connection: close']
    return repliesIn(await speak(gateway.url, `${lines.join('\r\n')}\r\n\r\n`))[0]?.status
  }
  assert.equal(await status(`Authorization: Bearer ${token}`, `Authorization: Bearer ${token}`), 400)
  assert.equal(await status('authorization: Basic eDp5', `AUTHORIZATION: Bearer ${token}`), 400)
  assert.equal(await status(`X-API-Key: ${key.key}`, `x-api-key: ${key.key}`), 401)
  assert.equal(backend.received.length, 0)
  assert.equal(await status(`X-API-Key: ${key.key}`), 200)
})

test('a cookie that stands twice is no credential, in one field or in two', async t => {
  const { backend, gateway, status } = await gatewayWith(t, '{ jwt: { issuer: staff, cookie: session } }')
  assert.equal(await status({ Cookie: `session=${token}; session=${token}` }), 401)
  const lines = ['GET /warehouse/items HTTP/1.1', 'Host: h', `Cookie: session=${token}`, 'Cookie: session=x']
  const said = await speak(gateway.url, `${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`)
  assert.equal(repliesIn(said)[0]?.status, 401)
  assert.equal(backend.received.length, 0)
})

test('issuers that share a place each judge their own tokens, told apart by iss', async t => {
  const { backend, status } = await gatewayWith(t, '{ any: [{ jwt: staff }, { jwt: partner }] }')
  const theirs = await partners.token({ iss: 'https://partner.example', sub: 'peter' })
  assert.deepEqual([await status(authorized), await status({ Authorization: `Bearer ${theirs}` })], [200, 200])
  const claimed = await partners.token({ iss: 'https://id.example.com' })
  const borrowed = await issuer.token({ iss: 'https://partner.example' })
  const nobodys = await issuer.token({ iss: 'https://other.example' })
  for (const bad of [claimed, borrowed, nobodys]) assert.equal(await status({ Authorization: `Bearer ${bad}` }), 401)
  assert.deepEqual(
    backend.received.map(received => callerOf(received).user),
    [
      { iss: 'https://id.example.com', sub: 'alice' },
      { iss: 'https://partner.example', sub: 'peter' },
    ],
  )
})

test('a key and a token that share Authorization are told apart by the prefix of the key', async t => {
  const { status } = await gatewayWith(t, '{ any: [{ jwt: staff }, { apiKey: { header: Authorization } }] }')
  const codes = [token, key.key, newKey().key, 'neither'].map(one => status({ Authorization: `Bearer ${one}` }))
  assert.deepEqual(await Promise.all(codes), [200, 200, 401, 401])
})

for (const [what, identify] of [
  ['two issuers of the same iss in one place', '{ any: [{ jwt: staff }, { jwt: twin }] }'],
  ['the same issuer twice', '{ any: [{ jwt: staff }, { all: [{ jwt: staff }, { apiKey: {} }] }] }'],
  ['two kinds of key in one header', '{ any: [{ apiKey: {} }, { apiKey: { header: x-api-key } }] }'],
] as const) {
  test(`methods that cannot be told apart do not load: ${what}`, async t => {
    assert.match((await mistakesOf(t, yamlWith(identify), { files })).join('\n'), /cannot be told apart/)
  })
}

test('anonymous does not load as one of all', async t => {
  const identify = '{ all: [{ jwt: staff }, { any: [{ apiKey: {} }, anonymous] }] }'
  assert.match((await mistakesOf(t, yamlWith(identify), { files })).join('\n'), /anonymous cannot be one of all/)
})

test('a token that is bound to a key (cnf) is refused, for nothing here proves who holds the key', async t => {
  const { backend, status } = await gatewayWith(t, '{ jwt: staff }')
  for (const cnf of [
    { jkt: 'kIEp9eZMVMx6o8GZ8a8Zn3bNDgX6UO3FHiAsIr0gDYo' },
    { 'x5t#S256': 'bwcK0esc3ACC3DB2' },
    {},
    null,
  ]) {
    assert.equal(await status({ Authorization: `Bearer ${await issuer.token({ cnf })}` }), 401)
  }
  assert.equal(backend.received.length, 0)
})
