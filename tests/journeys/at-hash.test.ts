import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test, { type TestContext } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { guardedYaml, staffIssuer } from '../harness/guarded.ts'
import { testIssuer } from '../harness/tokens.ts'

const issuer = await testIssuer()
const accessToken = await issuer.token({ jti: 'access' })

/** OpenID Connect Core 3.1.3.6: the left half of the digest; ES256 means SHA-256. */
const atHashOf = (token: string) => createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url')

async function gatewayWith(t: TestContext, settings: string, identify: string) {
  const backend = await startBackend(t)
  const issuers = `{ login: ${staffIssuer(settings)}, staff: ${staffIssuer()} }`
  const gateway = await startGateway(t, guardedYaml({ to: backend.url, issuers, identify }), {
    files: { 'jwks.json': issuer.jwks },
  })
  return async (headers: Record<string, string>) => (await gateway.call('/warehouse/items', { headers })).status
}

const inItsPlace = '{ jwt: { issuer: login, header: X-Id-Token } }'
const withAccess = { Authorization: `Bearer ${accessToken}` }
const idToken = (claims: Record<string, unknown> = {}) => issuer.token({ nonce: 'n', ...claims })

test('[F6] at_hash verified: absent is 401, wrong is 401, right is 200', async t => {
  const status = await gatewayWith(t, 'atHash: true', inItsPlace)
  const right = await idToken({ at_hash: atHashOf(accessToken) })
  assert.equal(await status({ ...withAccess, 'X-Id-Token': await idToken() }), 401, 'absent')
  const wrong = [atHashOf('another token'), '', createHash('sha256').update(accessToken).digest('base64url'), 7]
  for (const at_hash of wrong) {
    assert.equal(await status({ ...withAccess, 'X-Id-Token': await idToken({ at_hash }) }), 401, String(at_hash))
  }
  assert.equal(await status({ ...withAccess, 'X-Id-Token': right }), 200)
  assert.equal(await status({ ...withAccess, 'X-Id-Token': right }), 200, 'again, when its signature is remembered')
  const other = await issuer.token({ jti: 'other' })
  assert.equal(await status({ Authorization: `Bearer ${other}`, 'X-Id-Token': right }), 401, 'another access token')
  assert.equal(await status({ 'X-Id-Token': right }), 401, 'no access token')
  assert.equal(await status({ Authorization: `Basic ${accessToken}`, 'X-Id-Token': right }), 401, 'no bearer token')
})

test('[F6] at_hash not verified: whatever it says is ignored', async t => {
  const status = await gatewayWith(t, 'idToken: true', inItsPlace)
  for (const claims of [{}, { at_hash: atHashOf('another token') }, { at_hash: atHashOf(accessToken) }]) {
    assert.equal(await status({ ...withAccess, 'X-Id-Token': await idToken(claims) }), 200)
  }
})

test('with both tokens demanded, the ID token names the caller and each must be good', async t => {
  const status = await gatewayWith(t, 'atHash: true', `{ all: [${inItsPlace}, { jwt: staff }] }`)
  const right = await idToken({ at_hash: atHashOf(accessToken) })
  assert.equal(await status({ ...withAccess, 'X-Id-Token': right }), 200)
  const forged = `${accessToken.slice(0, -8)}AAAAAAAA`
  const matching = await idToken({ at_hash: atHashOf(forged) })
  assert.equal(await status({ Authorization: `Bearer ${forged}`, 'X-Id-Token': matching }), 401)
})
