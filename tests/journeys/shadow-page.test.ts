import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { eventually } from '../harness/eventually.ts'
import { startGateway } from '../harness/gateway.ts'
import { forTests } from '../harness/page-example.ts'
import { testPrograms } from '../harness/page-programs.ts'
import { bearer, testIssuer } from '../harness/tokens.ts'
import { firstBlock } from '../house/markdown.ts'

testPrograms('docs/shadow.md', [
  '204 shadow.policy: policy-refuses\n204 shadow.policy: policy-refuses, few: limit-exceeded\n',
])

test('the configuration of docs/shadow.md loads, and what is tried refuses nobody', async t => {
  const [backend, issuer] = [await startBackend(t), await testIssuer()]
  const yaml = forTests(firstBlock('docs/shadow.md', 'yaml'), backend.url)
  const never = 'permit (principal, action, resource) when { context.time.hour > 20 };'
  const { call, events } = await startGateway(t, yaml, {
    files: { 'jwks.json': issuer.jwks, 'office-hours.cedar': never },
  })
  const token = await issuer.token({ exp: Date.UTC(2030, 0, 1) / 1000, scope: 'list_items' })
  assert.equal((await call('/warehouse/items', bearer(token))).status, 200)
  await eventually('the call is recorded', () => events.length > 0)
  assert.deepEqual(events[0]?.findings?.map(({ rule, code }) => `${rule} ${code}`).toSorted(), [
    'policy policy-refuses',
    'shadow.redact answer-changed',
    'shadow.securityHeaders answer-changed',
  ])
})
