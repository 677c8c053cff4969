import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { noon, startGateway } from '../harness/gateway.ts'
import { guardedYaml } from '../harness/guarded.ts'
import { problemOf } from '../harness/problem.ts'
import { bearer, testIssuer } from '../harness/tokens.ts'

const issuer = await testIssuer()
const now = noon / 1000

/** Claims over the good ones; undefined takes one away. */
type Claims = Readonly<Record<string, unknown>>

/** A gateway whose issuer has these settings in place of the tests' usual ones. */
async function gatewayWith(t: TestContext, settings: string) {
  const backend = await startBackend(t)
  const written = { issuer: 'https://id.example.com', audience: 'warehouse' }
  const usual = Object.entries(written).filter(([name]) => !settings.includes(`${name}:`))
  const all = [...usual.map(([name, value]) => `${name}: ${value}`), 'keys: { file: ./jwks.json }', settings]
  const issuers = `{ staff: { ${all.filter(one => one !== '').join(', ')} } }`
  const gateway = await startGateway(t, guardedYaml({ to: backend.url, issuers }), {
    files: { 'jwks.json': issuer.jwks },
  })
  const answer = async (claims: Claims) => gateway.call('/warehouse/items', bearer(await issuer.token(claims)))
  return { gateway, backend, answer, status: async (claims: Claims) => (await answer(claims)).status }
}

test('[F5] an expired token is 401 from the second of exp on, and a token without exp is 401', async t => {
  const { answer, status } = await gatewayWith(t, '')
  assert.equal(await status({ exp: now + 1 }), 200)
  const expired = await answer({ exp: now })
  assert.deepEqual([expired.status, (await problemOf(expired)).code], [401, 'credential-expired'])
  assert.equal(await status({ exp: now - 3600 }), 401)
  assert.equal(await status({ exp: undefined }), 401)
})

test('[F5] switched off, an expired token is good; with optional expiry only a token without exp is', async t => {
  const ignored = await gatewayWith(t, 'expiry: ignored')
  assert.equal(await ignored.status({ exp: now - 3600 }), 200)
  assert.equal(await ignored.status({ exp: undefined }), 200)
  const optional = await gatewayWith(t, 'expiry: optional')
  assert.equal(await optional.status({ exp: undefined }), 200)
  assert.equal(await optional.status({ exp: now - 3600 }), 401)
})

test('leeway bears clocks that differ, and not more; a token from the future is refused', async t => {
  const { status } = await gatewayWith(t, 'leeway: 30s')
  assert.equal(await status({ exp: now - 29 }), 200)
  assert.equal(await status({ exp: now - 30 }), 401)
  assert.equal(await status({ nbf: now + 30 }), 200)
  assert.equal(await status({ nbf: now + 31 }), 401)
  assert.equal(await status({ iat: now + 31 }), 401)
})

interface Verification {
  readonly claim: string
  readonly on: string
  readonly off: string
  readonly absent: readonly Claims[]
  readonly wrong: readonly Claims[]
  readonly right: readonly Claims[]
}

const verifications: readonly Verification[] = [
  {
    claim: 'aud',
    on: 'audience: warehouse',
    off: 'audience: any',
    absent: [{ aud: undefined }, { aud: [] }],
    wrong: [{ aud: 'shop' }, { aud: ['shop', 'warehouse2'] }, { aud: 'Warehouse' }],
    right: [{ aud: 'warehouse' }, { aud: ['shop', 'warehouse'] }],
  },
  {
    claim: 'iss',
    on: 'issuer: https://id.example.com',
    off: 'issuer: any',
    absent: [{ iss: undefined }],
    wrong: [{ iss: 'https://id.example.com/' }, { iss: 'https://evil.example' }, { iss: '' }],
    right: [{ iss: 'https://id.example.com' }],
  },
  {
    claim: 'sub',
    on: 'subject: alice',
    off: '',
    absent: [{ sub: undefined }, { sub: '' }],
    wrong: [{ sub: 'bob' }, { sub: 'alice ' }],
    right: [{ sub: 'alice' }],
  },
  {
    claim: 'jti',
    on: 'jti: required, revoked: [stolen]',
    off: '',
    absent: [{ jti: undefined }, { jti: '' }],
    wrong: [{ jti: 'stolen' }],
    right: [{ jti: 'token-1' }],
  },
]

for (const { claim, on, off, absent, wrong, right } of verifications) {
  test(`[F6] ${claim} verified: absent is 401, wrong is 401, right is 200`, async t => {
    const { status } = await gatewayWith(t, on)
    for (const claims of [...absent, ...wrong]) assert.equal(await status(claims), 401, JSON.stringify(claims))
    for (const claims of right) assert.equal(await status(claims), 200, JSON.stringify(claims))
  })

  test(`[F6] ${claim} not verified: whatever it says is ignored`, async t => {
    const { status } = await gatewayWith(t, off)
    for (const claims of [...absent, ...wrong, ...right]) {
      assert.equal(await status(claims), 200, JSON.stringify(claims))
    }
  })
}

test('[F6] any subject will do where one is only required', async t => {
  const { status } = await gatewayWith(t, 'subject: required')
  assert.deepEqual([await status({ sub: 'bob' }), await status({ sub: '' })], [200, 401])
})

test('claims of the wrong type are refused, whatever is verified', async t => {
  const { gateway, backend } = await gatewayWith(t, 'audience: any, issuer: any, expiry: ignored')
  const odd = [{ exp: '2099' }, { sub: 7 }, { aud: { a: 1 } }, { iss: ['https://id.example.com'] }, { jti: null }]
  for (const claims of odd) {
    const token = await issuer.token(claims)
    assert.equal((await gateway.call('/warehouse/items', bearer(token))).status, 401, JSON.stringify(claims))
  }
  assert.equal(backend.received.length, 0)
})

test('a claim that is required must be there and have the value that is written', async t => {
  const { status } = await gatewayWith(t, 'require: { tenant.id: acme, verified: true, scope: present }')
  const good = { tenant: { id: 'acme' }, verified: true }
  assert.equal(await status(good), 200)
  for (const bad of [{ ...good, tenant: 'acme' }, { ...good, verified: 'true' }, { verified: true }]) {
    assert.equal(await status(bad), 401, JSON.stringify(bad))
  }
  assert.equal(await status({ ...good, scope: undefined }), 401)
})

test('a token older than maxAge is 401, however late it expires', async t => {
  const { status } = await gatewayWith(t, 'maxAge: 5m')
  assert.equal(await status({ iat: now - 299, exp: now + 9999 }), 200)
  assert.equal(await status({ iat: now - 300, exp: now + 9999 }), 401)
  assert.equal(await status({ iat: undefined }), 401)
})
