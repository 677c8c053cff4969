import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { callerOf } from '../harness/caller.ts'
import { startGateway } from '../harness/gateway.ts'
import { guardedYaml, staffIssuer } from '../harness/guarded.ts'
import { problemOf } from '../harness/problem.ts'
import { bearer, forged, goodClaims, secretToken, testIssuer } from '../harness/tokens.ts'

const secret = 'kJ8#vQ2!mZ5^xW9&bN4*cR7(tY1)pL6_'
const other = 'uH3$gF6@dS8%aP1?oI5~eK9+wB2=zM7|'

/** A gateway that takes HS256 tokens of one secret, given in the environment. */
async function hmacGateway(t: TestContext) {
  const backend = await startBackend(t)
  const issuers = `{ staff: { issuer: https://id.example.com, audience: warehouse, keys: { secret: "\${JWT_SECRET}" } } }`
  const gateway = await startGateway(t, guardedYaml({ to: backend.url, issuers }), { env: { JWT_SECRET: secret } })
  return { backend, call: (init?: RequestInit) => gateway.call('/warehouse/items', init) }
}

test('[F1] a token signed with the secret is good, and the backend learns its subject', async t => {
  const { backend, call } = await hmacGateway(t)
  assert.equal((await call(bearer(await secretToken(secret)))).status, 200)
  assert.equal(callerOf(backend.received[0]).sub, 'alice')
})

test('[F1] no token, garbage and a token of another secret are 401 and never reach the backend', async t => {
  const { backend, call } = await hmacGateway(t)
  const wrong = await secretToken(other)
  for (const init of [undefined, bearer('garbage'), bearer('a.b.c'), bearer(''), bearer(wrong)]) {
    assert.equal((await call(init)).status, 401)
  }
  assert.equal(backend.received.length, 0)
})

test('[F2] only the algorithm that is named is taken: not none, not HS512 with the same secret', async t => {
  const { backend, call } = await hmacGateway(t)
  const long = secret + other
  const tokens = [
    forged({ alg: 'none' }, goodClaims),
    forged({ alg: 'None', typ: 'JWT' }, goodClaims),
    await secretToken(secret, {}, 'HS512'),
    await secretToken(long, {}, 'HS384'),
  ]
  for (const token of tokens) assert.equal((await call(bearer(token))).status, 401)
  assert.equal(backend.received.length, 0)
})

test('[F2] a public key is never taken for a shared secret', async t => {
  const backend = await startBackend(t)
  const issuer = await testIssuer('RS256')
  const gateway = await startGateway(t, guardedYaml({ to: backend.url, issuers: `{ staff: ${staffIssuer()} }` }), {
    files: { 'jwks.json': issuer.jwks },
  })
  for (const text of [issuer.pem, issuer.pem.trim(), issuer.jwks]) {
    assert.equal((await gateway.call('/warehouse/items', bearer(await secretToken(text)))).status, 401)
  }
  assert.equal((await gateway.call('/warehouse/items', bearer(await issuer.token()))).status, 200)
})

for (const alg of ['RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA']) {
  test(`tokens signed with ${alg} are taken where the issuer's key is for it`, async t => {
    const backend = await startBackend(t)
    const issuer = await testIssuer(alg)
    const gateway = await startGateway(t, guardedYaml({ to: backend.url, issuers: `{ staff: ${staffIssuer()} }` }), {
      files: { 'jwks.json': issuer.jwks },
    })
    assert.equal((await gateway.call('/warehouse/items', bearer(await issuer.token()))).status, 200)
    const stranger = await testIssuer(alg)
    assert.equal((await gateway.call('/warehouse/items', bearer(await stranger.token()))).status, 401)
  })
}

/** The token with one letter of a part changed. */
function tampered(token: string, part: 0 | 1 | 2): string {
  const parts = token.split('.')
  const text = parts[part] ?? ''
  const middle = Math.floor(text.length / 2)
  parts[part] = text.slice(0, middle) + (text[middle] === 'A' ? 'B' : 'A') + text.slice(middle + 1)
  return parts.join('.')
}

test('[W11] a tampered token, an expired one and one without the scope are told apart', async t => {
  const backend = await startBackend(t)
  const issuer = await testIssuer()
  const yaml = guardedYaml({
    to: backend.url,
    issuers: `{ staff: ${staffIssuer()} }`,
    authorize: '{ scopes: [order_item] }',
  })
  const gateway = await startGateway(t, yaml, { files: { 'jwks.json': issuer.jwks } })
  const good = await issuer.token({ scope: 'order_item' })
  const now = gateway.clock.now() / 1000
  const refusals = [
    [tampered(good, 0), 401, 'credential-bad'],
    [tampered(good, 1), 401, 'credential-bad'],
    [tampered(good, 2), 401, 'credential-bad'],
    [await issuer.token({ scope: 'order_item', exp: now }), 401, 'credential-expired'],
    [await issuer.token({ scope: 'list_items' }), 403, 'scope-missing'],
  ] as const
  for (const [token, status, code] of refusals) {
    const refused = await gateway.call('/warehouse/items', bearer(token))
    assert.deepEqual([refused.status, (await problemOf(refused)).code], [status, code])
  }
  assert.equal(backend.received.length, 0)
  assert.equal((await gateway.call('/warehouse/items', bearer(good))).status, 200)
  gateway.clock.advance(3600_000)
  assert.equal((await gateway.call('/warehouse/items', bearer(good))).status, 401, 'judged anew on every call')
})
