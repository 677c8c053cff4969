import assert from 'node:assert/strict'
import test from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { publicUrl } from '../harness/guarded.ts'
import { testIssuer } from '../harness/tokens.ts'
import { readChallenges } from '../standards/challenge.ts'

const yaml = (to: string) => `
sallyport: 1
gateway: { http: 0, url: ${publicUrl} }
issuers:
  staff: { issuer: https://id.example.com, audience: warehouse, keys: { file: ./jwks.json } }
  partner: { issuer: https://partner.example/realm, audience: warehouse, keys: { file: ./jwks.json } }
  inner: { issuer: urn:inner, audience: warehouse, keys: { file: ./jwks.json } }
apiKeys: ./keys.yaml
apis:
  warehouse:
    path: /warehouse
    identify: { any: [{ jwt: staff }, { jwt: partner }, { jwt: inner }] }
    forward: { to: "${to}" }
    operations:
      GET /items: { authorize: { scopes: [list_items] } }
      POST /orders: { authorize: { anyOf: [{ scopes: [order_item] }, { scopes: [admin], roles: [buyer] }] } }
      GET /open: { identify: anonymous, authorize: anyone }
  keyed: { path: /keyed, identify: { apiKey: {} }, authorize: anyone, forward: { to: "${to}" } }
  root: { path: /, identify: { jwt: staff }, authorize: { scopes: [browse] }, forward: { to: "${to}" } }
`

/** The challenges' metadata document, fetched as a client would that only knows the gateway. */
test('a refused client finds, by the challenge alone, who gives tokens for the API (RFC 9728)', async t => {
  const backend = await startBackend(t)
  const issuer = await testIssuer()
  const files = { 'jwks.json': issuer.jwks, 'keys.yaml': 'keys: {}' }
  const gateway = await startGateway(t, yaml(backend.url), { files })
  const found = async (path: string) => {
    const refused = await gateway.call(path)
    assert.equal(refused.status, 401)
    const challenges = readChallenges(refused.headers.get('www-authenticate') ?? '')
    const url = challenges.find(({ scheme }) => scheme === 'Bearer')?.parameters.get('resource_metadata') ?? ''
    assert.ok(url.startsWith(`${publicUrl}/.well-known/oauth-protected-resource`), url)
    const answer = await gateway.call(url.slice(publicUrl.length))
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('content-type'), 'application/json')
    return answer.json()
  }
  assert.deepEqual(await found('/warehouse/items'), {
    resource: `${publicUrl}/warehouse`,
    resource_name: 'warehouse',
    authorization_servers: ['https://id.example.com', 'https://partner.example/realm'],
    scopes_supported: ['admin', 'list_items', 'order_item'],
    bearer_methods_supported: ['header'],
  })
  assert.deepEqual(await found('/elsewhere'), {
    resource: publicUrl,
    resource_name: 'root',
    authorization_servers: ['https://id.example.com'],
    scopes_supported: ['browse'],
    bearer_methods_supported: ['header'],
  })
})

test('an API that reads no tokens has no such metadata, and its challenge names none', async t => {
  const backend = await startBackend(t)
  const issuer = await testIssuer()
  const files = { 'jwks.json': issuer.jwks, 'keys.yaml': 'keys: {}' }
  const gateway = await startGateway(t, yaml(backend.url), { files })
  const challenge = (await gateway.call('/keyed/x')).headers.get('www-authenticate') ?? ''
  assert.deepEqual(
    readChallenges(challenge).map(({ scheme }) => scheme),
    ['ApiKey'],
  )
  assert.equal((await gateway.call('/.well-known/oauth-protected-resource/keyed')).status, 404)
  assert.equal(backend.received.length, 0)
})
