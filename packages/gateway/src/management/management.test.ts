import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type OutgoingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { CallEvent, Problem } from '@sallyport/core'
import { imagine } from '@sallyport/stages'
import { createMetrics } from '@sallyport/stages/metrics'
import { exampleSetting, now, snapshot, staffToken } from './example-rules.ts'
import { type ManagementOptions, openManagement } from './management.ts'
import { openOperatorKey } from './operator-key.ts'

const setting = await exampleSetting()
const id = '0123456789abcdef0123456789abcdef'
const event: CallEvent = {
  ...{ id, time: '2026-01-02T03:04:05.678Z', snapshot: 'f00d', method: 'GET', path: '/warehouse/items' },
  ...{ status: 403, outcome: 'refused', totalMs: 1, bytesIn: 0, bytesOut: 0 },
  refusal: { stage: 'authorize', code: 'scope-missing', reason: 'needs scope list_items' },
}

async function place(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'door-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Magic tokens are made and ended in tests/journeys. */
const noTokens = {
  mint: () => Promise.reject(new Error('no tokens here')),
  revoke: () => Promise.reject(new Error('no tokens here')),
  rotateTokenKeys: () => Promise.reject(new Error('no tokens here')),
  retireTokenKey: () => Promise.reject(new Error('no tokens here')),
}

async function openDoor(t: TestContext, more: Partial<ManagementOptions> = {}) {
  const folder = await place(t)
  const key = await openOperatorKey(join(folder, 'operator.key'), randomBytes)
  const problems: Problem[] = []
  const socketPath = join(folder, 'management.sock')
  const management = await openManagement({
    ...{ host: '127.0.0.1', port: 0, socketPath, key },
    verbs: {
      findCall: async wanted => (wanted === id ? JSON.stringify(event) : undefined),
      lastCalls: async count => [JSON.stringify(event), '{"id":"torn'].slice(0, count),
      imagine: call => imagine(call, setting),
      inForce: () => ({ snapshot, since: now, warnings: ['sallyport.yaml:3:1 no limit'] }),
      rulesInForce: () => setting,
      reachedAt: () => 'http://127.0.0.1:8080',
      ...noTokens,
    },
    metrics: await createMetrics(),
    ready: () => ({ rules: true, records: true }),
    newId: () => randomBytes(16).toString('hex'),
    clock: { now: () => now, elapsed: () => 0 },
    onProblem: problem => problems.push(problem),
    ...more,
  })
  t.after(() => management.close())
  const bearer = { Authorization: `Bearer ${key.reveal()}` }
  const ask = asker(management.url, bearer)
  return { folder, management, socketPath, key, problems, ask, bearer }
}

interface Ask {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string
  readonly socketPath?: string
}

const asker =
  (url: string, bearer: OutgoingHttpHeaders) =>
  (path: string, { method = 'GET', headers = bearer, body, socketPath }: Ask = {}) =>
    new Promise<{
      status: number
      headers: Record<string, unknown>
      text: string
      json: () => Record<string, unknown>
    }>((resolve, reject) => {
      const { hostname, port } = new URL(url)
      const to = socketPath === undefined ? { hostname, port } : { socketPath }
      const sent = request({ ...to, path, method, headers, agent: false }, answer => {
        const chunks: Buffer[] = []
        answer.on('data', chunk => chunks.push(chunk))
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          const { statusCode = 0, headers } = answer
          resolve({ status: statusCode, headers, text, json: () => JSON.parse(text) })
        })
      })
      sent.on('error', reject)
      sent.end(body)
    })

const json = { 'Content-Type': 'application/json' }

test('a call is told with its explanation', async t => {
  const { ask } = await openDoor(t)
  const answer = await ask(`/api/v1/calls/${id}`)
  assert.equal(answer.status, 200)
  assert.deepEqual(answer.json().call, event)
  assert.match(answer.text, /"stage":"authorize","verdict":"refused"/)
  assert.match(String(answer.headers['sallyport-call-id']), /^[0-9a-f]{32}$/)
})

test('the last calls are listed, and a torn record is left out', async t => {
  const { ask } = await openDoor(t)
  assert.deepEqual((await ask('/api/v1/calls?last=5')).json(), { calls: [event] })
})

test('a call that is not remembered is a problem of its own', async t => {
  const { ask } = await openDoor(t)
  const answer = await ask(`/api/v1/calls/${'f'.repeat(32)}`)
  assert.equal(answer.status, 404)
  assert.equal(answer.headers['content-type'], 'application/problem+json')
  assert.equal(answer.json().code, 'call-unknown')
})

test('the snapshot and its operations are told', async t => {
  const { ask } = await openDoor(t)
  assert.deepEqual((await ask('/api/v1/snapshot')).json(), {
    ...{ hash: 'f00d', since: '2026-01-02T03:04:05.678Z', apis: 1, operations: 3 },
    warnings: ['sallyport.yaml:3:1 no limit'],
  })
  const answer = await ask('/api/v1/operations')
  assert.match(answer.text, /"operation":"GET \/items","rules":\{.*"authorize":\["scopes: scope list_items"\]/)
})

test('an imagined call is explained, with what would be asked and without a status that nobody gave', async t => {
  const { ask, bearer } = await openDoor(t)
  const call = { method: 'GET', path: '/warehouse/items', credential: staffToken({ scope: 'list_items' }) }
  const sent = { method: 'POST', headers: { ...bearer, ...json }, body: JSON.stringify(call) }
  const answer = await ask('/api/v1/explanations', sent)
  assert.equal(answer.status, 200)
  assert.doesNotMatch(answer.text, /"status"/)
  assert.match(answer.text, /"url":"http:\/\/127\.0\.0\.1:9\/v2\/items"/)
})

test("all below /api/v1 wants the operator's key, on the port and on the socket", async t => {
  const { ask, key, socketPath } = await openDoor(t)
  const wrong = [
    {},
    { Authorization: 'Bearer wrong' },
    { Authorization: `Basic ${key.reveal()}` },
    { Authorization: '' },
  ]
  for (const path of ['/api/v1/snapshot', '/api/v1/nothing', '/api/v1', '/']) {
    for (const headers of wrong) {
      for (const to of [{}, { socketPath }]) {
        const answer = await ask(path, { ...to, headers })
        assert.ok([401, 429].includes(answer.status), `${path} ${answer.status}`)
      }
    }
  }
  const answer = await ask('/api/v1/snapshot', { headers: {} })
  assert.equal(answer.headers['www-authenticate'], 'Bearer realm="sallyport management"')
  assert.equal((await ask('/api/v1/snapshot', { socketPath })).status, 200)
})

test('wrong keys are counted and refused, but lock nobody out who has the right one', async t => {
  const { ask } = await openDoor(t)
  for (let i = 0; i < 20; i++) {
    assert.equal((await ask('/api/v1/snapshot', { headers: { Authorization: 'Bearer no' } })).status, 401)
  }
  const answer = await ask('/api/v1/snapshot', { headers: { Authorization: 'Bearer no' } })
  assert.equal(answer.status, 429)
  assert.equal(answer.headers['retry-after'], '60')
  assert.equal((await ask('/api/v1/snapshot')).status, 200)
})

test('a page of another site gets nothing: not by its name, its Origin or what the browser says of it', async t => {
  const { ask, bearer, management } = await openDoor(t)
  const own = new URL(management.url).host
  const refused: [OutgoingHttpHeaders, number][] = [
    [{ Host: 'evil.example.com' }, 421],
    [{ Host: 'localhost.evil.example.com:8081' }, 421],
    [{ Origin: 'http://evil.example.com' }, 403],
    [{ Origin: 'null' }, 403],
    [{ Origin: `https://${own}` }, 403],
    [{ Origin: 'http://localhost:3000' }, 403],
    [{ 'Sec-Fetch-Site': 'cross-site' }, 403],
    [{ 'Sec-Fetch-Site': 'same-site' }, 403],
  ]
  for (const path of ['/api/v1/snapshot', '/healthz', '/metrics']) {
    for (const [headers, status] of refused) {
      const answer = await ask(path, { headers: { ...bearer, ...headers } })
      assert.equal(answer.status, status, JSON.stringify(headers))
      assert.ok(!Object.keys(answer.headers).some(name => name.startsWith('access-control-')))
    }
  }
  const same = { ...bearer, Origin: management.url, 'Sec-Fetch-Site': 'same-origin' }
  assert.equal((await ask('/api/v1/snapshot', { headers: same })).status, 200)
})

test('input is read strictly: each mistake is told under its name', async t => {
  const { ask, bearer } = await openDoor(t)
  const post = (body: string, headers: OutgoingHttpHeaders = json) =>
    ask('/api/v1/explanations', { method: 'POST', headers: { ...bearer, ...headers }, body })
  const errorsOf = async (answer: ReturnType<typeof ask>) => {
    const { status, json } = await answer
    return [status, json().errors ?? json().code]
  }
  assert.deepEqual(await errorsOf(ask('/api/v1/calls?last=0')), [
    400,
    { last: ['needs a whole number from 1 to 1000'] },
  ])
  assert.deepEqual(await errorsOf(ask('/api/v1/calls?first=1')), [400, { first: ['is not known'] }])
  assert.deepEqual(await errorsOf(ask('/api/v1/calls?last=1&last=2')), [400, { last: ['stands more than once'] }])
  const call = { method: 'GET', path: '/' }
  const as = { user: 'x', wizard: true }
  assert.deepEqual(await errorsOf(post(JSON.stringify({ ...call, as }))), [400, { 'as.wizard': ['is not known'] }])
  assert.deepEqual(await errorsOf(post('{"method":"GET","method":"POST","path":"/"}')), [400, 'body-malformed'])
  assert.deepEqual(await errorsOf(post('[]')), [400, 'body-malformed'])
  const polluting = await post('{"method":"GET","path":"/","__proto__":{"as":{}}}')
  assert.equal(polluting.status, 400)
  assert.match(polluting.text, /"errors":\{"__proto__":\["is not known"\]\}/)
  assert.deepEqual(await errorsOf(post(JSON.stringify(call), { 'Content-Type': 'text/plain' })), [
    415,
    'media-unsupported',
  ])
  assert.deepEqual(await errorsOf(post(JSON.stringify({ path: 'x'.repeat(2 ** 20) }))), [413, 'body-too-large'])
  assert.deepEqual(await errorsOf(ask('/api/v1/snapshot', { method: 'POST' })), [405, 'method-unknown'])
  assert.deepEqual(await errorsOf(ask('/api/v1/snapshots')), [404, 'route-unknown'])
  assert.deepEqual(await errorsOf(ask('/api/v1/../v1/snapshot')), [400, 'target-malformed'])
})

test('health, readiness and metrics need no key, and readiness tells what is lacking', async t => {
  const { ask } = await openDoor(t, { ready: () => ({ rules: true, records: false }) })
  assert.equal((await ask('/healthz', { headers: {} })).status, 200)
  const readiness = await ask('/readyz', { headers: {} })
  assert.equal(readiness.status, 503)
  assert.deepEqual(readiness.json(), { ready: false, checks: { rules: true, records: false } })
  const metrics = await ask('/metrics', { headers: {} })
  assert.equal(metrics.status, 200)
  assert.match(metrics.text, /^process_cpu_seconds_total /m)
  assert.equal((await ask('/healthz', { method: 'HEAD', headers: {} })).text, '')
})

test('a fault of ours is a bare 500 whose reason goes to the log', async t => {
  const verbs: ManagementOptions['verbs'] = {
    findCall: () => Promise.reject(new Error('disk on fire')),
    lastCalls: async () => [],
    imagine: call => imagine(call, setting),
    inForce: () => ({ snapshot, since: now, warnings: [] }),
    rulesInForce: () => setting,
    reachedAt: () => 'http://127.0.0.1:8080',
    ...noTokens,
  }
  const { ask, problems } = await openDoor(t, { verbs })
  const answer = await ask(`/api/v1/calls/${id}`)
  assert.equal(answer.status, 500)
  assert.doesNotMatch(answer.text, /fire/)
  assert.match(problems[0]?.reason ?? '', /disk on fire/)
})

test('it listens nowhere but on this machine', async t => {
  const folder = await place(t)
  const key = await openOperatorKey(join(folder, 'operator.key'), randomBytes)
  for (const host of ['0.0.0.0', '::', '192.0.2.1', 'example.com', '']) {
    const options = { ...(await optionsFor(folder)), key, host }
    await assert.rejects(openManagement(options), /listens on loopback only/)
  }
})

async function optionsFor(folder: string): Promise<ManagementOptions> {
  return {
    ...{ host: '127.0.0.1', port: 0, socketPath: join(folder, 'management.sock') },
    key: await openOperatorKey(join(folder, 'operator.key'), randomBytes),
    verbs: {
      findCall: async () => undefined,
      lastCalls: async () => [],
      imagine: call => imagine(call, setting),
      inForce: () => ({ snapshot, since: now, warnings: [] }),
      rulesInForce: () => setting,
      reachedAt: () => 'http://127.0.0.1:8080',
      ...noTokens,
    },
    metrics: await createMetrics(),
    ready: () => ({}),
    newId: () => id,
    clock: { now: () => now, elapsed: () => 0 },
    onProblem: () => undefined,
  }
}

test('a socket that a crash left behind is replaced; one in use is not', {
  skip: process.platform === 'win32',
}, async t => {
  const folder = await place(t)
  const options = await optionsFor(folder)
  const { socketPath = '' } = options
  const crashed = createServer()
  await new Promise<void>(resolve => crashed.listen(socketPath, resolve))
  await assert.rejects(openManagement(options), /in use by another process/)
  // Node removes a socket's file when it closes, by its name; a crash doesn't.
  await rename(socketPath, `${socketPath}.moved`)
  await new Promise<void>(resolve => crashed.close(() => resolve()))
  await rename(`${socketPath}.moved`, socketPath)
  const management = await openManagement(options)
  assert.equal((await stat(socketPath)).mode & 0o777, 0o600)
  await management.close()
  await writeFile(socketPath, 'words')
  await assert.rejects(openManagement(options), /is no socket/)
  assert.equal(await readFile(socketPath, 'utf8'), 'words')
})

test('a header section that cannot be read is answered with a problem', async t => {
  const { management } = await openDoor(t)
  const { port } = new URL(management.url)
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.end('GET / HTTP/9\r\n\r\n'))
    socket.setEncoding('utf8').on('data', resolve).on('error', reject)
  })
  assert.match(answer, /^HTTP\/1\.1 400 /)
  assert.match(answer, /request-malformed/)
})
