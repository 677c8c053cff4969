import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { mistakesOf } from '../harness/mistakes.ts'

const yamlWith = (to: string) => `
sallyport: 1
gateway: { http: 0, authorize: { policy: rules.cedar } }
apis:
  orders: { path: /orders, owner: logistics, tags: [partner, money], identify: anonymous, forward: { to: "${to}" }, operations: { "GET /{api}": {} } }
  stock: { path: /stock, tags: [partner], identify: anonymous, forward: { to: "${to}" }, operations: { GET /: {} } }
  staff: { path: /staff, owner: people, identify: anonymous, forward: { to: "${to}" }, operations: { GET /: {} } }
`

test('tags and owner of an API are what policies for all of them judge by, whatever its paths are called', async t => {
  const yaml = yamlWith((await startBackend(t)).url)
  const statuses = async (cedar: string) => {
    const { call } = await startGateway(t, yaml, { files: { 'rules.cedar': cedar } })
    return Promise.all(['/orders/people', '/stock/', '/staff/'].map(async path => (await call(path)).status))
  }
  const when = (condition: string) => `permit (principal, action, resource) when { ${condition} };`
  assert.deepEqual(await statuses(when('context.api.tags.contains("partner")')), [200, 200, 403])
  assert.deepEqual(await statuses(when('context.api.tags.containsAll(["partner", "money"])')), [200, 403, 403])
  assert.deepEqual(await statuses(when('context.api has owner && context.api.owner == "people"')), [403, 403, 200])
  assert.deepEqual(await statuses(when('resource has api && resource.api == "people"')), [200, 403, 403])
})

test('a policy that does not ask whether an API has an owner does not load', async t => {
  const cedar = 'permit (principal, action, resource) when { context.api.owner == "people" };'
  const [mistake = ''] = await mistakesOf(t, yamlWith('http://127.0.0.1:9'), { files: { 'rules.cedar': cedar } })
  assert.match(mistake, /gateway\.authorize\.policy: line 1, column 45: .*owner/)
})
