import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { staffIssuer } from '../harness/guarded.ts'
import { mmdb } from '../harness/mmdb.ts'
import { forTests } from '../harness/page-example.ts'
import { testPrograms } from '../harness/page-programs.ts'
import { bearer, testIssuer } from '../harness/tokens.ts'
import { blocksOf, firstBlock, pageAt } from '../house/markdown.ts'

testPrograms('docs/policy.md', ['204\nno permit holds\n'])

const blocks = blocksOf(pageAt('docs/policy.md'))
const first = (language: string) => firstBlock('docs/policy.md', language)
const hour = 3_600_000

test('the policies of docs/policy.md judge as the page says', async t => {
  const [backend, issuer] = [await startBackend(t), await testIssuer()]
  const yaml = forTests(first('yaml'), backend.url)
  const files = { 'jwks.json': issuer.jwks, 'office-hours.cedar': first('cedar') }
  const { call, clock } = await startGateway(t, yaml, { files })
  const status = async (method: string, claims: object) => {
    const token = await issuer.token({ exp: Date.UTC(2030, 0, 1) / 1000, ...claims })
    return (await call('/warehouse/items', { method, ...bearer(token) })).status
  }
  const [admin, regional] = [{ roles: ['warehouse_admin'] }, { office: 'regional' }]
  // 23:00 of a Thursday in Sydney.
  assert.deepEqual([await status('POST', {}), await status('POST', admin)], [403, 200])
  clock.advance(11 * hour)
  assert.deepEqual(
    [await status('POST', {}), await status('POST', regional), await status('GET', regional)],
    [200, 403, 200],
  )
  clock.advance(24 * hour)
  assert.deepEqual([await status('GET', {}), await status('GET', admin)], [403, 200])
})

/** A block of the page that begins with a word, and the one after it. */
function blockWith(beginning: string): readonly [text: string, next: string] {
  const at = blocks.findIndex(({ text }) => text.startsWith(beginning))
  assert.ok(at >= 0, beginning)
  return [blocks[at]?.text ?? '', blocks[at + 1]?.text ?? '']
}

const indented = (text: string) => text.replaceAll(/^(?=.)/gm, '        ')

test('the databases, bodies and conditions of docs/policy.md judge as the page says', async t => {
  const [backend, issuer] = [await startBackend(t), await testIssuer()]
  const [gateway, byCountry] = blockWith('gateway:')
  const [authorize, byBody] = blockWith('authorize:')
  const [limit] = blockWith('limit:')
  const yaml = `
sallyport: 1
${gateway.replace('http: 8080', 'http: 0\n  trustedProxies: [127.0.0.1]')}
issuers: { staff: ${staffIssuer('claims: { office: text }')} }
apis:
  warehouse:
    path: /warehouse
    identify: { jwt: staff }
    forward: { to: "${backend.url}" }
    operations:
      GET /items:
        authorize: { policy: country.cedar }
${indented(limit)}
      POST /orders:
${indented(authorize)}`
  const files = {
    ...{ 'jwks.json': issuer.jwks, 'country.cedar': byCountry, 'orders.cedar': byBody },
    ...{ 'country.mmdb': mmdb({ '1.128.0.0/11': { country_code: 'AU' } }), 'asn.mmdb': mmdb({}) },
  }
  const { call, clock } = await startGateway(t, yaml, { files })
  const asked = async (claims: object, ip: string, body?: object) => {
    const { headers } = bearer(await issuer.token({ exp: 9e9, ...claims }))
    const from = { ...headers, 'X-Forwarded-For': ip, 'Content-Type': 'application/json' }
    const init = body === undefined ? { headers: from } : { method: 'POST', headers: from, body: JSON.stringify(body) }
    return (await call(body === undefined ? '/warehouse/items' : '/warehouse/orders', init)).status
  }
  assert.deepEqual([await asked({}, '1.128.0.1'), await asked({}, '8.8.8.8')], [200, 403])
  const allowed = async (most: number) => {
    const statuses: number[] = []
    for (let i = 0; i <= most; i++) statuses.push(await asked({ sub: 'ann', office: 'regional' }, '1.128.0.1'))
    assert.deepEqual(statuses, [...Array<number>(most).fill(200), 429])
  }
  // 23:00 in Sydney; then eleven in the morning.
  await allowed(5)
  clock.advance(12 * hour)
  await allowed(10)
  const order = { amount: 12.5, currency: 'AUD', order: { country: 'AU' } }
  assert.equal(await asked({}, '8.8.8.8', order), 200)
  assert.equal(await asked({}, '8.8.8.8', { ...order, amount: 1000.01 }), 403)
})
