import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { z } from 'zod'
import { emptyFolder } from '../example-ports.ts'

const report = z.object({
  points: z.array(
    z.object({
      number: z.int(),
      point: z.string(),
      verdict: z.enum(['passed', 'failed', 'not checked']),
      because: z.string(),
      mend: z.string().optional(),
    }),
  ),
})

const document = JSON.stringify({
  openapi: '3.1.0',
  info: { title: 'shop', version: '1' },
  paths: {
    '/orders': {
      get: { responses: { 200: { description: 'orders' } } },
      post: {
        requestBody: { content: { 'application/json': { schema: { type: 'object' } } } },
        responses: { 201: { description: 'made' } },
      },
    },
  },
})

/** A configuration in which every point that can be looked at is right, and ways to make one of them wrong. */
const good = {
  gateway: '{ protect: { securityHeaders: true }, limit: { burst: { allow: 100/second, per: ip } } }',
  identify: '{ apiKey: {} }',
  authorize: '{ scopes: [order_item] }',
  inspect: '{ document: true }',
  protect: '{ document: true, errors: replace }',
  credential: '"${TOKEN}"',
}

const yaml = (change: Partial<typeof good> = {}) => {
  const { gateway, identify, authorize, inspect, protect, credential } = { ...good, ...change }
  return `
sallyport: 1
gateway: ${gateway}
apiKeys: ./keys.yaml
apis:
  shop:
    path: /shop
    openapi: ./shop.json
    identify: ${identify}
    authorize: ${authorize}
    inspect: ${inspect}
    protect: ${protect}
    forward: { to: http://127.0.0.1:9001, credential: { bearer: ${credential} } }
`
}

async function folderOf(t: TestContext, text: string) {
  const { folder, run } = await emptyFolder(t)
  const files = { 'sallyport.yaml': text, 'shop.json': document, 'keys.yaml': 'keys: {}' }
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  const doctor = async (args: readonly string[] = [], stdin = '') => {
    const { status, out, err } = await run(['doctor', '--json', ...args], { stdin, env: { TOKEN: 'upstream' } })
    assert.equal(err, '')
    return { status, points: report.parse(JSON.parse(out)).points }
  }
  return { folder, run, doctor }
}

type Points = z.output<typeof report>['points']
const those = (points: Points, wanted: Points[number]['verdict']) =>
  points.flatMap(({ point, verdict }) => (verdict === wanted ? [point] : []))
const unseen = ['HTTPS', 'dependencies', 'security audits', 'incident plan']

test('a configuration that is right has nothing that failed, and what nobody can see from it is not checked', async t => {
  const { doctor } = await folderOf(t, yaml())
  const { status, points } = await doctor()
  assert.deepEqual(those(points, 'failed'), [])
  assert.deepEqual(those(points, 'not checked'), unseen)
  assert.equal(status, 0)
  assert.deepEqual(
    points.map(({ number }) => number),
    Array.from({ length: 15 }, (_, i) => i + 1),
  )
})

for (const [point, change] of [
  ['HTTPS', { gateway: good.gateway.replace('{ ', '{ http: { port: 8080, host: 0.0.0.0 }, ') }],
  ['authentication', { identify: 'anonymous' }],
  ['authorization', { authorize: 'anyone' }],
  ['validation of input', { inspect: '{}' }],
  ['what may leave', { protect: '{ errors: replace }' }],
  ['what may leave', { protect: '{ document: { mode: report }, errors: replace }' }],
  ['errors', { protect: '{ document: true }' }],
  ['logging', { gateway: good.gateway.replace('{ ', '{ log: off, ') }],
  ['rate limits', { gateway: '{ protect: { securityHeaders: true } }' }],
  ['CORS', { protect: "{ document: true, errors: replace, cors: { origins: '*' } }" }],
  ['CSRF', { identify: '{ apiKey: { cookie: sid } }', inspect: '{ document: true, csrf: off }' }],
  ['security headers', { gateway: '{ limit: { burst: { allow: 100/second, per: ip } } }' }],
  ['secrets', { credential: 'stands-in-the-file-3f9a8c1e' }],
] as const) {
  test(`${point}: what is wrong fails, with how to mend it`, async t => {
    const { doctor } = await folderOf(t, yaml(change))
    const { status, points } = await doctor()
    assert.deepEqual(those(points, 'failed'), [point])
    assert.ok(points.find(one => one.point === point)?.mend)
    assert.equal(status, 1)
  })
}

test('a data folder that others may read fails', { skip: process.platform === 'win32' }, async t => {
  const { folder, doctor } = await folderOf(t, yaml())
  await mkdir(join(folder, '.sallyport'))
  await chmod(join(folder, '.sallyport'), 0o755)
  assert.deepEqual(those((await doctor()).points, 'failed'), ['secrets'])
  await chmod(join(folder, '.sallyport'), 0o700)
  assert.deepEqual(those((await doctor()).points, 'failed'), [])
})

const auditOf = (total: unknown) => JSON.stringify({ auditReportVersion: 2, metadata: { vulnerabilities: { total } } })

for (const [what, said, verdict] of [
  ['no weakness', auditOf(0), 'passed'],
  ['weaknesses', auditOf(3), 'failed'],
  ['that the registry was not reached', '{"message":"request failed","error":{"code":"ENOTFOUND"}}', 'not checked'],
  ['no number', auditOf('0'), 'not checked'],
  ['nothing', '', 'not checked'],
  ['no JSON', 'npm error', 'not checked'],
] as const) {
  test(`dependencies are ${verdict} where npm tells ${what}`, async t => {
    const { doctor } = await folderOf(t, yaml())
    const { points } = await doctor(['--audit', '-'], said)
    assert.equal(points.find(({ point }) => point === 'dependencies')?.verdict, verdict)
  })
}

test('a plan that is named is there, or it failed', async t => {
  const { folder, doctor } = await folderOf(t, yaml())
  await writeFile(join(folder, 'empty.md'), '\n')
  await writeFile(join(folder, 'plan.md'), 'Call Ann.\n')
  const verdicts = []
  for (const file of ['plan.md', 'empty.md', 'missing.md'])
    verdicts.push((await doctor(['--plan', file])).points.find(({ point }) => point === 'incident plan')?.verdict)
  assert.deepEqual(verdicts, ['passed', 'failed', 'failed'])
})

test('what does not load is looked at no further', async t => {
  const { run } = await folderOf(t, 'sallyport: 1\napis: { shop: { path: shop } }\n')
  const { status, out, err } = await run(['doctor'])
  assert.deepEqual([status, out], [1, ''])
  assert.match(err, /before it loads:\n.*apis\.shop/)
})

/** What stands at a URL, for the length of a test. */
async function answering(t: TestContext, told: object): Promise<string> {
  const server = createServer((_, response) => response.end(JSON.stringify(told))).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const address = server.address()
  return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}/openapi.json` : ''
}

test('a part of a document that stands elsewhere is not checked, and what is no document is looked at no further', async t => {
  const { run, doctor } = await folderOf(t, yaml())
  const requestBody = { $ref: '#/components/requestBodies/order' }
  const responses = { 201: { $ref: '#/components/responses/order' } }
  const openapi = '3.1.0'
  const { points } = await doctor([
    '--openapi',
    await answering(t, { openapi, paths: { '/orders': { post: { requestBody, responses } } } }),
  ])
  for (const point of ['validation of input', 'what may leave'])
    assert.equal(points.find(one => one.point === point)?.verdict, 'not checked', point)
  for (const told of [
    { openapi, paths: {} },
    { openapi, paths: { '/a': { $ref: './a.json' } } },
    { swagger: '2.0' },
    [],
  ]) {
    const { status, out, err } = await run(['doctor', '--openapi', await answering(t, told)])
    assert.deepEqual([status, out], [1, ''], JSON.stringify(told))
    assert.match(err, /document/)
  }
})

test('what can not be asked for, and what is asked for twice, is misuse', async t => {
  const { run } = await folderOf(t, yaml())
  const url = 'https://ann:secret@api.example.com/openapi.json'
  const bad = await run(['doctor', '--openapi', url])
  assert.equal(bad.status, 2)
  assert.doesNotMatch(bad.err, /secret/)
  assert.equal((await run(['doctor', '--openapi', 'http://127.0.0.1:1/', '-c', 'sallyport.yaml'])).status, 2)
  assert.equal((await run(['doctor', '--openapi', 'file:///etc/passwd'])).status, 2)
  const { status, err } = await run(['doctor', '--openapi', 'http://127.0.0.1:1/openapi.json'])
  assert.equal(status, 1)
  assert.match(err, /gave no document to look at/)
})
