import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { testPrograms } from '../harness/page-programs.ts'
import { bearer, testIssuer } from '../harness/tokens.ts'
import { blocksOf, pageAt } from '../house/markdown.ts'

testPrograms('docs/policy.md', ['204\nno permit holds\n'])

const blocks = blocksOf(pageAt('docs/policy.md'))
const first = (language: string) => blocks.find(block => block.language === language)?.text ?? ''
const hour = 3_600_000

test('the policies of docs/policy.md judge as the page says', async t => {
  const [backend, issuer] = [await startBackend(t), await testIssuer()]
  const yaml = first('yaml').replace('http: 8080', 'http: 0').replace('http://127.0.0.1:9001', backend.url)
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
