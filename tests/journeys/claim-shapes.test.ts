import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { callerOf } from '../harness/caller.ts'
import { noon, startGateway } from '../harness/gateway.ts'
import { guardedYaml } from '../harness/guarded.ts'
import { auth0, cognito, entraV1, entraV2, keycloak } from '../harness/products.ts'
import { bearer, testIssuer } from '../harness/tokens.ts'

const issuer = await testIssuer('RS256')

type Claims = Readonly<Record<string, unknown>>

/** What a backend is told of the caller whose token has exactly these claims. */
async function toldOf(t: TestContext, settings: string, claims: Claims): Promise<Claims> {
  const backend = await startBackend(t)
  const issuers = `{ staff: { ${settings}, keys: { file: ./jwks.json } } }`
  const gateway = await startGateway(t, guardedYaml({ to: backend.url, issuers }), {
    files: { 'jwks.json': issuer.jwks },
  })
  const dated = { iat: noon / 1000, exp: noon / 1000 + 300, ...claims }
  const answer = await gateway.call('/warehouse/items', bearer(await issuer.only(dated)))
  assert.equal(answer.status, 200, JSON.stringify(gateway.events.at(-1)?.refusal))
  return callerOf(backend.received[0])
}

/** The members of a caller that tell who it is and what it may. */
const rights = ({ user, client_id, scope, roles }: Claims) => ({ user, client_id, scope, roles })

test('Keycloak: realm roles, scopes, user and client stand where it puts them', async t => {
  const settings = `url: ${keycloak.iss}, audience: warehouse, shape: keycloak`
  assert.deepEqual(rights(await toldOf(t, settings, keycloak)), {
    user: { iss: keycloak.iss, sub: keycloak.sub },
    client_id: 'shop',
    scope: 'openid list_items email',
    roles: ['offline_access', 'buyer'],
  })
})

test("Keycloak: the roles of one client can be taken instead of the realm's", async t => {
  const settings = `url: ${keycloak.iss}, audience: warehouse, shape: keycloak, roles: resource_access.warehouse.roles`
  assert.deepEqual((await toldOf(t, settings, keycloak)).roles, ['picker'])
})

test('Entra, both versions: the user is oid, scopes are scp, app roles are roles', async t => {
  const v2 = `url: ${entraV2.iss}, audience: ${entraV2.aud}, shape: entra`
  assert.deepEqual(rights(await toldOf(t, v2, entraV2)), {
    user: { iss: entraV2.iss, sub: entraV2.oid },
    client_id: entraV2.azp,
    scope: 'Items.Read Orders.Write',
    roles: ['Warehouse.Admin'],
  })
  const v1 = `url: "${entraV1.iss}", audience: "${entraV1.aud}", shape: entra`
  assert.deepEqual(rights(await toldOf(t, v1, entraV1)), {
    user: { iss: entraV1.iss, sub: entraV1.oid },
    client_id: entraV1.appid,
    scope: 'Items.Read',
    roles: undefined,
  })
})

test('Auth0: permissions are the scopes, and no permissions are none, whatever scope says', async t => {
  const settings = `url: "${auth0.iss}", audience: https://warehouse.example.com, shape: auth0`
  assert.deepEqual(rights(await toldOf(t, settings, auth0)), {
    user: { iss: auth0.iss, sub: auth0.sub },
    client_id: auth0.azp,
    scope: 'list_items',
    roles: undefined,
  })
  assert.equal((await toldOf(t, settings, { ...auth0, permissions: [] })).scope, undefined)
  const { permissions, ...without } = auth0
  assert.ok(permissions.length > 0)
  assert.equal((await toldOf(t, settings, without)).scope, 'openid profile order_item')
})

test('Auth0: roles in a claim whose name is a URL are found by a path that begins with a slash', async t => {
  const settings = `url: "${auth0.iss}", audience: https://warehouse.example.com, shape: auth0, roles: /https://example.com/roles`
  assert.deepEqual((await toldOf(t, settings, auth0)).roles, ['buyer'])
})

test('Cognito: groups are the roles, and the client stands where others have an audience', async t => {
  const settings = `url: ${cognito.iss}, audience: any, shape: cognito, require: { client_id: ${cognito.client_id} }`
  assert.deepEqual(rights(await toldOf(t, settings, cognito)), {
    user: { iss: cognito.iss, sub: cognito.sub },
    client_id: cognito.client_id,
    scope: 'warehouse/list_items openid',
    roles: ['buyers', 'clerks'],
  })
})

test("a client's own token names no user (RFC 9068 section 2.2)", async t => {
  const { username, ...machine } = { ...cognito, sub: cognito.client_id }
  assert.equal(typeof username, 'string')
  const { user, sub } = await toldOf(t, `url: ${cognito.iss}, audience: any, shape: cognito`, machine)
  assert.deepEqual([user, sub], [undefined, cognito.client_id])
})

test("without a shape the standards' claims count, and who acts for whom is told in order (RFC 8693)", async t => {
  const claims = {
    iss: 'https://id.example.com',
    aud: 'warehouse',
    sub: 'alice',
    client_id: 'shop',
    scope: 'list_items',
    roles: ['buyer'],
    act: { sub: 'bot', act: { sub: 'cron', iss: 'https://other.example' } },
  }
  const told = await toldOf(t, 'issuer: https://id.example.com, audience: warehouse', claims)
  assert.deepEqual(rights(told), {
    user: { iss: claims.iss, sub: 'alice' },
    client_id: 'shop',
    scope: 'list_items',
    roles: ['buyer'],
  })
  assert.deepEqual(told.act, { iss: claims.iss, sub: 'bot', act: { iss: 'https://other.example', sub: 'cron' } })
})

test('every path can be written, and of several the first that leads to something counts', async t => {
  const claims = { iss: 'i', aud: 'a', who: { id: 'u1' }, app: 'x', may: ['a', 'b'], in: { groups: ['r1'] } }
  const paths = 'user: [sub, who.id], application: app, scopes: may, roles: [roles, in.groups]'
  assert.deepEqual(rights(await toldOf(t, `issuer: i, audience: a, ${paths}`, claims)), {
    user: { iss: 'i', sub: 'u1' },
    client_id: 'x',
    scope: 'a b',
    roles: ['r1'],
  })
})
