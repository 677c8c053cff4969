import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anonymous, anyone, api, apiKey, app, scopes, serve } from '@sallyport/sdk'
import { z } from 'zod'
import { certificateFor } from '../harness/certificate.ts'
import { folderWith, sallyport } from '../harness/command.ts'

const openapi = JSON.stringify({
  openapi: '3.1.0',
  info: { title: 'shop', version: '1' },
  paths: { '/orders': { get: { responses: { 200: { description: 'orders' } } } } },
})

const good = `
sallyport: 1
gateway:
  https: { port: 0, cert: ./cert.pem, key: ./key.pem }
  limit: { burst: { allow: 100/second, per: ip } }
  protect: { securityHeaders: true }
apiKeys: ./keys.yaml
apis:
  shop:
    path: /shop
    openapi: ./shop.json
    identify: { apiKey: {} }
    authorize: { scopes: [list_orders] }
    inspect: { document: true }
    protect: { document: true, errors: replace }
    forward: { to: http://127.0.0.1:9001 }
`

const bare = `
sallyport: 1
gateway: { http: { port: 8080, host: 0.0.0.0 }, log: off }
apis:
  shop:
    path: /shop
    identify: anonymous
    authorize: anyone
    forward: { to: http://127.0.0.1:9001, credential: { bearer: stands-in-the-file-3f9a8c1e } }
`

const points = [
  ['1', 'HTTPS'],
  ['2', 'authentication'],
  ['3', 'authorization'],
  ['4', 'validation of input'],
  ['5', 'what may leave'],
  ['6', 'errors'],
  ['7', 'logging'],
  ['8', 'rate limits'],
  ['9', 'CORS'],
  ['10', 'CSRF'],
  ['11', 'security headers'],
  ['12', 'secrets'],
  ['13', 'dependencies'],
  ['14', 'security audits'],
  ['15', 'incident plan'],
]
const weakest = ['CORS', 'CSRF']

const rowsIn = (out: string) =>
  out
    .split('\n')
    .map(line => /^(\d+) +(\S.*?) {2,}(passed|failed|not checked) +\S/.exec(line)?.slice(1))
    .filter(row => row !== undefined)

test('[F50] doctor lists the 15 points, each passed where that was seen, and exits with 0', async t => {
  const { cert, key } = await certificateFor('DNS:localhost')
  const files = { 'cert.pem': cert, 'key.pem': key, 'shop.json': openapi, 'keys.yaml': 'keys: {}' }
  const folder = await folderWith(t, { ...files, 'sallyport.yaml': good, 'plan.md': 'Call Ann.' })
  const { status, out, err } = await sallyport(folder, ['doctor', '--plan', 'plan.md'])
  assert.equal(err, '')
  const rows = rowsIn(out)
  assert.deepEqual(
    rows.map(row => row.slice(0, 2)),
    points,
  )
  const unseen = ['dependencies', 'security audits']
  for (const [, point = '', verdict] of rows)
    assert.equal(verdict, unseen.includes(point) ? 'not checked' : 'passed', point)
  assert.match(out, /^13 passed, 0 failed, 2 not checked$/m)
  assert.equal(status, 0)
})

test('[F50] doctor tells what failed with how to mend it, shows no secret, and exits with 1', async t => {
  const folder = await folderWith(t, { 'sallyport.yaml': bare })
  const { status, out } = await sallyport(folder, ['doctor'])
  const looked = rowsIn(out).slice(0, 12)
  assert.equal(looked.length, 12)
  for (const [, point = '', verdict] of looked)
    assert.equal(verdict, weakest.includes(point) ? 'passed' : 'failed', point)
  assert.equal(out.match(/^ +to mend: \S/gm)?.length, 10 + 3)
  assert.doesNotMatch(out, /3f9a8c1e/)
  assert.equal(status, 1)
})

test('[F49] dependencies, audits and the plan are never passed where doctor could not look', async t => {
  const folder = await folderWith(t, { 'sallyport.yaml': bare })
  const report = z.object({ points: z.array(z.object({ point: z.string(), verdict: z.string() })) })
  const verdicts = async (args: readonly string[], stdin = '') => {
    const { out } = await sallyport(folder, ['doctor', '--json', ...args], { stdin })
    return report
      .parse(JSON.parse(out))
      .points.slice(12)
      .map(({ verdict }) => verdict)
  }
  assert.deepEqual(await verdicts([]), ['not checked', 'not checked', 'not checked'])
  const unreached = '{"message":"request to the registry failed","error":{"code":"ENOTFOUND"}}'
  assert.deepEqual(await verdicts(['--audit', '-'], unreached), ['not checked', 'not checked', 'not checked'])
  const weak = '{"auditReportVersion":2,"metadata":{"vulnerabilities":{"total":2}}}'
  assert.deepEqual(await verdicts(['--audit', '-', '--plan', 'none.md'], weak), ['failed', 'not checked', 'failed'])
})

const keys = [{ id: 'one', key: 'a-key-of-many-letters-1', scopes: ['write'] }]
const order = z.object({ item: z.string() })

test('[F50] doctor looks at a running application by the document that it answers', async t => {
  const add = api(
    'POST /orders',
    { body: order, response: order, identify: apiKey({ keys }), authorize: scopes('write') },
    ({ body }) => body,
  )
  const open = { identify: anonymous, authorize: anyone }
  const wipe = api('DELETE /orders', open, () => undefined)
  let told: Readonly<Record<string, unknown>> = {}
  const document = api('GET /openapi.json', { ...open, response: z.looseObject({}) }, () => told)
  const rows = async (operations: Parameters<typeof app>[0]['operations'], rules: object) => {
    const shop = await app({ operations, ...rules })
    told = shop.openapi
    const { url, close } = await serve(shop, { port: 0 })
    t.after(() => close(0))
    const { status, out } = await sallyport('.', ['doctor', '--openapi', `${url}/openapi.json`])
    const known = rowsIn(out).map(([, point, verdict]) => [point, verdict] as const)
    assert.equal(known.length, 15)
    return { status, verdict: Object.fromEntries(known) }
  }
  const limit = { burst: { allow: '100/second', per: 'ip' } }
  const right = await rows([add, document], { limit, protect: { securityHeaders: true } })
  const seen = ['authentication', 'authorization', 'validation of input', 'what may leave', 'rate limits']
  for (const point of [...seen, 'CORS', 'CSRF', 'security headers']) assert.equal(right.verdict[point], 'passed', point)
  for (const point of ['HTTPS', 'errors', 'logging', 'secrets'])
    assert.equal(right.verdict[point], 'not checked', point)
  assert.equal(right.status, 0)
  const wrong = await rows([add, wipe, document], { protect: { cors: { origins: '*' } } })
  for (const point of ['authentication', 'rate limits', 'CORS', 'security headers'])
    assert.equal(wrong.verdict[point], 'failed', point)
  assert.equal(wrong.status, 1)
})
