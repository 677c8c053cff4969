import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { guardedYaml, staffIssuer } from '../harness/guarded.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { problemOf } from '../harness/problem.ts'
import { bearer, testIssuer } from '../harness/tokens.ts'

const issuer = await testIssuer()
const files = { 'jwks.json': issuer.jwks }

async function gatewayWith(t: TestContext, authorize: string, more = '', identify = '{ jwt: staff }') {
  const backend = await startBackend(t, (_, response) => response.writeHead(403).end('{"error":"its own"}'))
  const issuers = `{ staff: ${staffIssuer()} }`
  const yaml = guardedYaml({ to: backend.url, issuers, identify, authorize, more })
  const gateway = await startGateway(t, yaml, { files })
  const answer = async (claims: object, path = '/warehouse/items') =>
    gateway.call(path, bearer(await issuer.token(claims)))
  /** Whether the call came through to the backend. */
  const passes = async (claims: object, path?: string) => {
    const before = backend.received.length
    await answer(claims, path)
    return backend.received.length > before
  }
  return { gateway, backend, answer, passes }
}

test('one of the roles is enough, and a caller without any is 403 and told which', async t => {
  const { answer, passes } = await gatewayWith(t, '{ roles: [admin, buyer] }')
  assert.deepEqual([await passes({ roles: ['admin'] }), await passes({ roles: ['clerk', 'buyer'] })], [true, true])
  const refused = await answer({ roles: ['clerk'] })
  assert.equal(refused.status, 403)
  const { code, missing } = await problemOf(refused)
  assert.deepEqual([code, missing], ['role-missing', { roles: ['admin', 'buyer'] }])
})

test('[F47] a role is the whole word in a list or alone: "administrator" is not admin', async t => {
  const { passes } = await gatewayWith(t, '{ roles: [admin] }')
  assert.equal(await passes({ roles: 'admin' }), true)
  const others = [
    'administrator',
    'admin user',
    'Admin',
    ['administrator'],
    ['admin '],
    [['admin']],
    { admin: true },
    true,
  ]
  for (const roles of [...others, null, undefined]) assert.equal(await passes({ roles }), false, JSON.stringify(roles))
})

test('all scopes are needed, from a text split at spaces or from a list, by the whole word', async t => {
  const { passes } = await gatewayWith(t, '{ scopes: [read, write] }')
  for (const scope of ['read write', 'write x read', ['read', 'write']]) assert.equal(await passes({ scope }), true)
  for (const scope of ['read', 'reader write', 'read,write', 'read\twrite', ['read write'], 'READ WRITE', '', 7]) {
    assert.equal(await passes({ scope }), false, JSON.stringify(scope))
  }
})

test('of several alternatives one must hold in full', async t => {
  const { answer, passes } = await gatewayWith(t, '{ anyOf: [{ scopes: [a, b] }, { scopes: [c], roles: [r] }] }')
  assert.deepEqual([await passes({ scope: 'a b' }), await passes({ scope: 'c', roles: ['r'] })], [true, true])
  for (const claims of [{ scope: 'a' }, { scope: 'c' }, { roles: ['r'] }, { scope: 'b c' }, {}]) {
    assert.equal(await passes(claims), false, JSON.stringify(claims))
  }
  const refused = await answer({ scope: 'a' })
  assert.deepEqual([refused.status, (await problemOf(refused)).code], [403, 'not-allowed'])
})

test('rules of one operation must all hold', async t => {
  const { passes } = await gatewayWith(t, '{ scopes: [a], roles: [r], anyOf: [{ scopes: [b] }, { scopes: [c] }] }')
  assert.equal(await passes({ scope: 'a c', roles: ['r'] }), true)
  for (const claims of [{ scope: 'a c' }, { scope: 'a', roles: ['r'] }, { scope: 'c', roles: ['r'] }]) {
    assert.equal(await passes(claims), false)
  }
})

test('rules of the API and of the operation add up, and without takes one away', async t => {
  const more = `
      GET /prices: { authorize: { roles: [buyer] } }
      GET /stock: { authorize: { roles: [buyer] }, without: [scopes] }
    authorize: { scopes: [browse] }`
  const { passes } = await gatewayWith(t, 'anyone', more)
  const of = async (path: string) => [
    await passes({ scope: 'browse', roles: ['buyer'] }, path),
    await passes({ scope: 'browse' }, path),
    await passes({ scope: '', roles: ['buyer'] }, path),
  ]
  assert.deepEqual(await of('/warehouse/prices'), [true, false, false])
  assert.deepEqual(await of('/warehouse/stock'), [true, false, true])
  assert.deepEqual(await of('/warehouse/items'), [true, true, false], 'anyone adds nothing, and takes nothing away')
})

test('anyone lets every caller by that identify does; anonymous and anyone together are open', async t => {
  const closed = await gatewayWith(t, 'anyone')
  assert.equal((await closed.gateway.call('/warehouse/items')).status, 401)
  assert.equal(await closed.passes({ scope: '' }), true)
  const open = await gatewayWith(t, 'anyone', '', 'anonymous')
  await open.gateway.call('/warehouse/items')
  assert.equal(open.backend.received.length, 1)
})

test('anonymous callers have no scope and no role', async t => {
  for (const authorize of ['{ scopes: [a] }', '{ roles: [r] }', '{ anyOf: [{ scopes: [a] }, { roles: [r] }] }']) {
    const { gateway, backend } = await gatewayWith(t, authorize, '', '{ any: [{ jwt: staff }, anonymous] }')
    assert.equal((await gateway.call('/warehouse/items')).status, 403)
    assert.equal(backend.received.length, 0)
  }
})

test('what a backend itself refuses passes through as its own words', async t => {
  const { answer } = await gatewayWith(t, '{ roles: [admin] }')
  const answered = await answer({ roles: ['admin'] })
  assert.deepEqual([answered.status, await answered.text()], [403, '{"error":"its own"}'])
})

for (const authorize of [
  '{}',
  '{ scopes: [] }',
  '{ roles: [""] }',
  '{ anyOf: [] }',
  '{ anyOf: [{}] }',
  '{ scope: [a] }',
  'everyone',
]) {
  test(`an authorize that says nothing, or nothing that is known, does not load: ${authorize}`, async t => {
    const issuers = `{ staff: ${staffIssuer()} }`
    const yaml = guardedYaml({ to: 'http://127.0.0.1:9', issuers, authorize })
    assert.match((await mistakesOf(t, yaml, { files })).join('\n'), /authorize/)
  })
}
