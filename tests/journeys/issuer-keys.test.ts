import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { eventually } from '../harness/eventually.ts'
import { startGateway } from '../harness/gateway.ts'
import { guardedYaml } from '../harness/guarded.ts'
import { type IdProvider, startIdProvider } from '../harness/id-provider.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { problemOf } from '../harness/problem.ts'
import { bearer, testIssuer } from '../harness/tokens.ts'

const [old, fresh, stranger] = await Promise.all([
  testIssuer('ES256', 'old'),
  testIssuer('ES256', 'new'),
  testIssuer('ES256', 'x'),
])

/** The keys of several issuers in one set. */
const together = (...issuers: readonly { readonly jwks: string }[]) =>
  JSON.stringify({ keys: issuers.flatMap(({ jwks }) => JSON.parse(jwks).keys) })

const second = 1000
const hour = 3600 * second

async function gatewayOf(t: TestContext, provider: IdProvider, issuer: string) {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, guardedYaml({ to: backend.url, issuers: `{ staff: ${issuer} }` }))
  const late = { iss: provider.url, exp: gateway.clock.now() / 1000 + 10 * 24 * 3600 }
  const answer = async (from: typeof old) => gateway.call('/warehouse/items', bearer(await from.token(late)))
  return { gateway, backend, answer, status: async (from: typeof old) => (await answer(from)).status }
}

const discovered = ({ url }: IdProvider) => `{ url: "${url}", audience: warehouse }`
const pointedAt = ({ url }: IdProvider) => `{ issuer: "${url}", audience: warehouse, keys: { jwks: "${url}/keys" } }`

for (const [where, issuer] of [
  ['the discovery document', discovered],
  ['a JWKS URL', pointedAt],
] as const) {
  test(`keys from ${where} are asked for once, and a token of another key is 401`, async t => {
    const provider = await startIdProvider(t, old.jwks)
    const { status } = await gatewayOf(t, provider, issuer(provider))
    assert.deepEqual(await Promise.all([status(old), status(old), status(old)]), [200, 200, 200])
    assert.equal(provider.asked(), 1)
    assert.equal(await status(stranger), 401)
  })

  test(`a key that is new at ${where} is found by its kid, and one that is withdrawn stops being good`, async t => {
    const provider = await startIdProvider(t, old.jwks)
    const { gateway, status } = await gatewayOf(t, provider, issuer(provider))
    assert.equal(await status(old), 200)
    provider.publish(together(old, fresh))
    gateway.clock.advance(31 * second)
    assert.deepEqual([await status(fresh), await status(old)], [200, 200])
    provider.publish(fresh.jwks)
    gateway.clock.advance(hour)
    await eventually('the old key is forgotten', async () => (await status(old)) === 401)
    assert.equal(await status(fresh), 200)
  })
}

test('made-up kids make the gateway ask no oftener than every 30 seconds', async t => {
  const provider = await startIdProvider(t, old.jwks)
  const { gateway, status } = await gatewayOf(t, provider, discovered(provider))
  assert.equal(await status(old), 200)
  gateway.clock.advance(31 * second)
  for (let i = 0; i < 5; i++) assert.equal(await status(stranger), 401)
  assert.equal(provider.asked(), 2)
  gateway.clock.advance(29 * second)
  assert.equal(await status(stranger), 401)
  assert.equal(provider.asked(), 2)
  gateway.clock.advance(1 * second)
  assert.equal(await status(stranger), 401)
  assert.equal(provider.asked(), 3)
})

test('while the keys were never to be had a token is 503 with Retry-After; then it is good', async t => {
  const provider = await startIdProvider(t, old.jwks)
  provider.answer(500)
  const { gateway, backend, answer, status } = await gatewayOf(t, provider, discovered(provider))
  const refused = await answer(old)
  assert.deepEqual([refused.status, (await problemOf(refused)).code], [503, 'issuer-unavailable'])
  assert.match(refused.headers.get('retry-after') ?? '', /^\d+$/)
  assert.equal(await status(stranger), 503)
  assert.equal((await gateway.call('/warehouse/items')).status, 401, 'no token needs no keys')
  assert.equal(backend.received.length, 0)
  provider.answer(200)
  gateway.clock.advance(Number(refused.headers.get('retry-after')) * second)
  assert.equal(await status(old), 200)
})

test('the keys that were obtained stay while their issuer is down or talks nonsense', async t => {
  const provider = await startIdProvider(t, old.jwks)
  const { gateway, status } = await gatewayOf(t, provider, discovered(provider))
  assert.equal(await status(old), 200)
  for (const breakIt of [
    () => provider.answer(500),
    () => provider.answer(302),
    () => {
      provider.answer(200)
      provider.publish('{ "keys": [] }')
    },
    () => provider.publish('not JSON'),
  ]) {
    breakIt()
    const before = provider.received()
    gateway.clock.advance(2 * hour)
    assert.equal(await status(old), 200)
    await eventually('the gateway asks again', () => provider.received() > before)
    assert.equal(await status(old), 200)
    assert.equal(await status(stranger), 401)
  }
})

test('a discovery document that speaks for another issuer is never believed', async t => {
  const provider = await startIdProvider(t, old.jwks, 'https://id.example.com')
  const { status } = await gatewayOf(t, provider, discovered(provider))
  assert.equal(await status(old), 503)
  assert.equal(provider.asked(), 0)
})

test('what was remembered of an issuer outlives a reload', async t => {
  const provider = await startIdProvider(t, old.jwks)
  const yaml = (to: string) => guardedYaml({ to, issuers: `{ staff: ${discovered(provider)} }` })
  const backend = await startBackend(t)
  const gateway = await startGateway(t, yaml(backend.url))
  const call = async () => gateway.call('/warehouse/items', bearer(await old.token({ iss: provider.url })))
  assert.equal((await call()).status, 200)
  provider.answer(500)
  await gateway.change('sallyport.yaml', `${yaml(backend.url)}\n# changed`)
  assert.deepEqual([gateway.reloads, (await call()).status], [[[]], 200])
  assert.equal(provider.asked(), 1)
})

for (const [what, issuer] of [
  ['the discovery document', '{ url: "http://id.example.com", audience: warehouse'],
  ['keys', '{ issuer: x, audience: warehouse, keys: { jwks: "http://id.example.com/keys" }'],
  ['the discovery document', '{ url: "http://127.0.0.1.example.com", audience: warehouse'],
] as const) {
  test(`${what} over plain HTTP from beyond this machine does not load, unless that is written: ${issuer}`, async t => {
    const yaml = (more: string) => guardedYaml({ to: 'http://127.0.0.1:9', issuers: `{ staff: ${issuer}${more} } }` })
    assert.match((await mistakesOf(t, yaml(''))).join('\n'), /plain HTTP/)
    const gateway = await startGateway(t, yaml(', allowPlainHttp: true'))
    assert.equal((await gateway.call('/warehouse/items')).status, 401)
  })
}

test('the issuer is compared letter by letter: one that ends in a slash is written with it', async t => {
  const provider = await startIdProvider(t, old.jwks)
  const slashed = `${provider.url}/`
  const backend = await startBackend(t)
  const issuers = `{ staff: { url: "${slashed}", audience: warehouse, keys: { jwks: "${provider.url}/keys" } } }`
  const gateway = await startGateway(t, guardedYaml({ to: backend.url, issuers }))
  const status = async (iss: string) =>
    (await gateway.call('/warehouse/items', bearer(await old.token({ iss })))).status
  assert.deepEqual([await status(slashed), await status(provider.url)], [200, 401])
})
