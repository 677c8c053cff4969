import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { type Backend, startBackend, valuesOf } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { guardedYaml, staffIssuer } from '../harness/guarded.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { testIssuer } from '../harness/tokens.ts'

const issuer = await testIssuer()
const token = await issuer.token()

const yamlReading = (place: string, to: string) =>
  guardedYaml({
    to,
    issuers: `{ staff: ${staffIssuer()} }`,
    identify: `{ jwt: { issuer: staff${place === '' ? '' : `, ${place}`} } }`,
  })

async function gatewayReading(t: TestContext, place: string, backend: Backend) {
  return startGateway(t, yamlReading(place, backend.url), { files: { 'jwks.json': issuer.jwks } })
}

/** One good token, by turns in each place where a client could put it. */
const requests: Readonly<Record<string, readonly [path: string, headers: Record<string, string>]>> = {
  header: ['/warehouse/items', { Authorization: `Bearer ${token}` }],
  query: [`/warehouse/items?access_token=${token}&page=2`, {}],
  cookie: ['/warehouse/items', { Cookie: `theme=dark; session=${token}` }],
}

const settings = { header: '', query: 'query: access_token', cookie: 'cookie: session' } as const

for (const [chosen, setting] of Object.entries(settings)) {
  test(`[F3] with the token's place set to ${chosen} a token anywhere else is no credential`, async t => {
    const backend = await startBackend(t)
    const gateway = await gatewayReading(t, setting, backend)
    for (const [place, [path, headers]] of Object.entries(requests)) {
      assert.equal((await gateway.call(path, { headers })).status, place === chosen ? 200 : 401, place)
    }
    assert.equal(backend.received.length, 1)
  })
}

test('[F3] a token is kept from the backend wherever it stood', async t => {
  for (const [place, setting] of Object.entries(settings)) {
    const backend = await startBackend(t)
    const gateway = await gatewayReading(t, setting, backend)
    const [path, headers] = requests[place] ?? ['', {}]
    await gateway.call(path, { headers })
    const [received] = backend.received
    assert.equal(received?.url, place === 'query' ? '/items?page=2' : '/items')
    assert.ok(!JSON.stringify(received?.headers).includes(token))
  }
})

test('[F4] the header and its scheme can be others: X-Auth with Token is read, Basic and a bare token are not', async t => {
  const backend = await startBackend(t)
  const gateway = await gatewayReading(t, 'header: X-Auth, scheme: Token', backend)
  const status = async (headers: Record<string, string>) => (await gateway.call('/warehouse/items', { headers })).status
  assert.equal(await status({ 'X-Auth': `Token ${token}` }), 200)
  assert.equal(await status({ 'x-auth': `tOKEN ${token}` }), 200, 'schemes and names have no case (RFC 9110)')
  for (const value of [`Basic ${token}`, `Bearer ${token}`, `Tokens ${token}`, `Token${token}`, token, 'Token', '']) {
    assert.equal(await status({ 'X-Auth': value }), 401, value.slice(0, 8))
  }
  assert.equal(await status({ Authorization: `Bearer ${token}` }), 401, 'the usual header is not read any more')
  const challenge = (await gateway.call('/warehouse/items')).headers.get('www-authenticate') ?? ''
  assert.match(challenge, /^Token realm="staff"/, 'the challenge names the scheme that is read')
  assert.deepEqual(valuesOf(backend.received[0], 'x-auth'), [])
})

test('[F4] a header without a scheme holds the token alone, and Bearer in Authorization has no case', async t => {
  const backend = await startBackend(t)
  const bare = await gatewayReading(t, 'header: X-Token', backend)
  assert.equal((await bare.call('/warehouse/items', { headers: { 'X-Token': token } })).status, 200)
  const usual = await gatewayReading(t, '', backend)
  for (const scheme of ['bearer', 'BEARER', 'Bearer']) {
    const headers = { Authorization: `${scheme} ${token}` }
    assert.equal((await usual.call('/warehouse/items', { headers })).status, 200)
  }
})

for (const [place, fault] of [
  ['query: access_token, header: X-Auth', /exactly one place/],
  ['query: access_token, scheme: Token', /scheme/],
  ['cookie: "a b"', /cookie/],
  ['header: "X Auth"', /header name/],
] as const) {
  test(`a token's place written as { ${place} } does not load`, async t => {
    const mistakes = await mistakesOf(t, yamlReading(place, 'http://127.0.0.1:1'), {
      files: { 'jwks.json': issuer.jwks },
    })
    assert.match(mistakes.join('\n'), fault)
  })
}
