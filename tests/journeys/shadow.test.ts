import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import type { CallEvent } from '@sallyport/core'
import { type Answer, startBackend } from '../harness/backend.ts'
import { eventually } from '../harness/eventually.ts'
import { startGateway } from '../harness/gateway.ts'
import { staffIssuer } from '../harness/guarded.ts'
import { bearer, testIssuer } from '../harness/tokens.ts'

const issuer = await testIssuer()
const until = 'until: 2026-01-31'
const trial = `mode: shadow, ${until}`

const order = JSON.stringify({ type: 'object', required: ['item'], properties: { item: { type: 'string' } } })
const files = {
  'jwks.json': issuer.jwks,
  'old.cedar': 'permit (principal, action, resource);',
  'new.cedar': '@id("nobody-writes") permit (principal, action == Action::"GET /orders", resource);',
  'order.json': order,
  'throws.mjs':
    'export const create = () => ({ async check() { throw new Error("never mind") }, prepare() { throw new Error("prepared") } })',
}

/** A gateway before \`/orders\`; every section is what stands under the API. */
async function gatewayWith(t: TestContext, sections: string, answer?: Answer) {
  const backend = await startBackend(t, answer)
  const yaml = `
sallyport: 1
gateway: { http: 0 }
issuers: { staff: ${staffIssuer()} }
apis:
  shop:
    path: /shop
    identify: { jwt: staff }
    forward: { to: "${backend.url}" }
    operations: { GET /orders: {}, POST /orders: {} }
${sections.replaceAll(/^/gm, '    ')}
`
  const gateway = await startGateway(t, yaml, { files })
  const call = async (init: RequestInit = {}, claims: object = {}) => {
    const token = await issuer.token({ exp: Date.UTC(2030, 0, 1) / 1000, ...claims })
    return gateway.call('/shop/orders', { ...init, headers: { ...bearer(token).headers, ...init.headers } })
  }
  return { backend, gateway, call }
}

const foundIn = (event: CallEvent | undefined) =>
  (event?.findings ?? []).map(({ mode, stage, rule, code }) => [mode, stage, rule, code].join(' '))

test('what a policy in shadow would refuse passes, and stands in the record', async t => {
  const { gateway, backend, call } = await gatewayWith(
    t,
    `authorize: { policy: old.cedar, shadow: { ${until}, policy: new.cedar } }`,
  )
  assert.deepEqual([(await call()).status, (await call({ method: 'POST' })).status], [200, 200])
  assert.equal(backend.received.length, 2)
  assert.deepEqual(gateway.events.map(foundIn), [[], ['shadow authorize shadow.policy policy-refuses']])
  assert.deepEqual(gateway.events[0]?.rules?.authorize, [
    'policy: policy old.cedar',
    'shadow.policy: policy new.cedar (shadow until 2026-01-31)',
  ])
})

test('rules of every stage in shadow leave call and answer as they are, and say what they would do', async t => {
  const post = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"item":"<script>alert(1)</script>","n":1}',
  }
  const body = '{"iban":"DE02","item":7}'
  const answered: Answer = (_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', ETag: '"1"' }).end(body)
  }
  const plain = await gatewayWith(t, 'authorize: anyone', answered)
  const tried = await gatewayWith(
    t,
    `authorize: { anyone: true, module: { file: throws.mjs, ${trial} }, shadow: { ${until}, scopes: [order] } }
limit: { few: { allow: 1/day, per: user, ${trial} } }
inspect: { threats: { ${trial} }, shadow: { ${until}, body: order.json, digest: true } }
protect:
  body: { schema: order.json, ${trial} }
  shadow: { ${until}, redact: [{ at: $.iban, remove: true }], securityHeaders: true }`,
    answered,
  )
  const seen = async ({ call, backend }: typeof plain) => {
    const response = await call(post)
    const headers = [...response.headers].filter(([name]) => !['date', 'sallyport-call-id'].includes(name))
    const [sent] = backend.received.slice(-1)
    return { status: response.status, headers, body: await response.text(), sent: sent?.body }
  }
  const first = await seen(tried)
  assert.deepEqual(first, await seen(plain))
  assert.equal(first.body, body)
  await seen(tried)
  await eventually('both calls are recorded', () => tried.gateway.events.length === 2)
  for (const [i, event] of tried.gateway.events.entries())
    assert.deepEqual(foundIn(event).toSorted(), [
      'shadow authorize module not-judged',
      'shadow authorize shadow.scopes scope-missing',
      'shadow inspect shadow.digest signature-bad',
      'shadow inspect threats threat-found',
      ...(i === 0 ? [] : ['shadow limit few limit-exceeded']),
      'shadow protect body answer-invalid',
      'shadow protect shadow.redact answer-changed',
      'shadow protect shadow.securityHeaders answer-changed',
    ])
})
