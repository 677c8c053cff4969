import assert from 'node:assert/strict'
import test from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { guardedYaml, staffIssuer } from '../harness/guarded.ts'
import { bearer, testIssuer } from '../harness/tokens.ts'

const issuer = await testIssuer('RS256')

/** Tokens that are genuine, unexpired and for this audience, and yet no access tokens. */
const others: readonly (readonly [what: string, claims: object, header?: Record<string, unknown>])[] = [
  ['an OIDC ID token, by its nonce', { nonce: 'n-0S6_WzA2Mj', auth_time: 1, acr: '1' }],
  ['an OIDC ID token, by its at_hash', { at_hash: 'MTIzNDU2Nzg5MDEyMzQ1Ng', auth_time: 1 }],
  ['an OIDC ID token of the hybrid flow', { c_hash: 'LDktKdoQak3Pk0cnXxCltA' }],
  ['a Keycloak ID token', { typ: 'ID', azp: 'shop', sid: 's' }],
  ['a Keycloak refresh token', { typ: 'Refresh', azp: 'shop' }],
  ['a Keycloak offline token', { typ: 'Offline', azp: 'shop' }],
  ['a Cognito ID token', { token_use: 'id', 'cognito:username': 'alice', email: 'a@example.com' }],
  ['a Cognito ID token that lies in part', { token_use: 'ID' }],
  ['a logout token (OIDC Back-Channel Logout)', {}, { typ: 'logout+jwt' }],
  ['a DPoP proof (RFC 9449)', {}, { typ: 'dpop+jwt' }],
  ['a security event (RFC 8417)', {}, { typ: 'application/secevent+jwt' }],
  ['an assertion of a client', {}, { typ: 'client-authentication+jwt' }],
]

for (const [what, claims, header = {}] of others) {
  test(`${what} is refused where an access token is wanted`, async t => {
    const backend = await startBackend(t)
    const gateway = await startGateway(t, guardedYaml({ to: backend.url, issuers: `{ staff: ${staffIssuer()} }` }), {
      files: { 'jwks.json': issuer.jwks },
    })
    const token = await issuer.token(claims, header)
    assert.equal((await gateway.call('/warehouse/items', bearer(token))).status, 401)
    assert.equal(backend.received.length, 0)
  })
}

const accessTokens: readonly (readonly [what: string, claims: object, header?: Record<string, unknown>])[] = [
  ['one that says at+jwt (RFC 9068)', {}, { typ: 'at+jwt' }],
  ['one that says application/at+jwt', {}, { typ: 'application/AT+JWT' }],
  ['one that says JWT', {}, { typ: 'JWT' }],
  ['one of Keycloak, which may bear a nonce', { typ: 'Bearer', nonce: 'n' }],
  ['one of Cognito', { token_use: 'access' }],
]

test('access tokens are good, however they say what they are', async t => {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, guardedYaml({ to: backend.url, issuers: `{ staff: ${staffIssuer()} }` }), {
    files: { 'jwks.json': issuer.jwks },
  })
  for (const [what, claims, header = {}] of accessTokens) {
    assert.equal((await gateway.call('/warehouse/items', bearer(await issuer.token(claims, header)))).status, 200, what)
  }
})

test('where typ at+jwt is demanded, a token that does not say so is refused', async t => {
  const backend = await startBackend(t)
  const issuers = `{ staff: ${staffIssuer('typ: at+jwt')} }`
  const gateway = await startGateway(t, guardedYaml({ to: backend.url, issuers }), {
    files: { 'jwks.json': issuer.jwks },
  })
  const status = async (header: Record<string, unknown>) =>
    (await gateway.call('/warehouse/items', bearer(await issuer.token({}, header)))).status
  assert.deepEqual([await status({ typ: 'at+jwt' }), await status({ typ: 'JWT' }), await status({})], [200, 401, 401])
})
