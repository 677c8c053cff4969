import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Answer, startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { problemOf } from '../harness/problem.ts'

const inside = `Error: relation "users" does not exist
    at Client.query (/srv/app/db.js:42:13)
SELECT * FROM users WHERE name = 'ann' -- password=hunter2`

const failing =
  (status: number, headers: Readonly<Record<string, string>>, body: string | undefined): Answer =>
  (_, response) => {
    response.writeHead(status, headers)
    if (body === undefined) response.write('{"partial":"')
    else response.end(body)
  }

async function start(t: TestContext, errors: string, answer: Answer, more: readonly string[] = []) {
  const backend = await startBackend(t, answer)
  const gateway = await startGateway(t, openYaml({ to: backend.url, api: [`protect: { ${errors} }`, ...more] }))
  return { gateway, get: () => gateway.call('/shop/things') }
}

const text = { 'Content-Type': 'text/plain', 'X-Powered-By': 'Express', 'X-Debug': '/srv/app', ETag: '"x"' }

for (const status of [500, 502, 503, 504]) {
  test(`[T12] where errors are replaced, an upstream's ${status} shows no stack, path or query, and keeps its status`, async t => {
    const { gateway, get } = await start(t, 'errors: replace', failing(status, text, inside))
    const response = await get()
    assert.equal(response.status, status)
    const { code, stage, status: told, detail } = await problemOf(response.clone())
    assert.deepEqual([code, stage, told, detail], ['upstream-failed', 'protect', status, undefined])
    const seen = JSON.stringify([...response.headers]) + (await response.text())
    assert.doesNotMatch(seen, /users|srv|SELECT|hunter2|Express|db\.js/)
    assert.equal(gateway.events[0]?.refusal?.reason, `the service behind answered ${status}`)
  })
}

test('the words of the upstream are in the record where that is written out, secrets apart', async t => {
  const { gateway, get } = await start(t, 'errors: { log: true }', failing(500, text, inside))
  assert.equal((await get()).status, 500)
  const { reason = '' } = gateway.events[0]?.refusal ?? {}
  assert.match(reason, /^the service behind answered 500: Error: relation "users" does not exist\n/)
  assert.match(reason, /password=\[secret\]$/)
})

test('other answers pass: success, and 4xx unless they are named too', async t => {
  for (const [errors, status, code] of [
    ['errors: replace', 200, undefined],
    ['errors: replace', 404, undefined],
    ['errors: { replace: [4xx] }', 404, 'upstream-failed'],
    ['errors: { replace: [4xx] }', 500, undefined],
    ['errors: { replace: [4xx, 5xx] }', 500, 'upstream-failed'],
  ] as const) {
    const { get } = await start(t, errors, failing(status, { 'Content-Type': 'application/json' }, '{"own":true}'))
    const response = await get()
    assert.equal(response.status, status)
    const body = JSON.parse(await response.text())
    assert.equal(body.code, code, errors)
    assert.equal(body.own, code === undefined ? true : undefined)
  }
})

test('when to try again, and which methods there are, is still told; nothing that only looks like that', async t => {
  for (const [status, given, told] of [
    [503, { 'Retry-After': '120' }, { 'retry-after': '120' }],
    [503, { 'Retry-After': 'Thu, 01 Jan 2026 00:00:00 GMT' }, { 'retry-after': 'Thu, 01 Jan 2026 00:00:00 GMT' }],
    [503, { 'Retry-After': '/srv/app' }, { 'retry-after': null }],
    [405, { Allow: 'GET, HEAD' }, { allow: 'GET, HEAD' }],
  ] as const) {
    const { get } = await start(t, 'errors: { replace: [4xx, 5xx] }', failing(status, given, ''))
    const { headers } = await get()
    for (const [name, value] of Object.entries(told)) assert.equal(headers.get(name), value)
  }
})

test('an error that goes on and on is replaced at once', async t => {
  const { get } = await start(t, 'errors: replace', failing(500, { 'Content-Type': 'application/json' }, undefined))
  assert.equal((await problemOf(await get())).code, 'upstream-failed')
})

test("an error that is replaced has the API's own form, and no rule about bodies looks at it", async t => {
  const { get } = await start(t, 'errors: replace, redact: [{ at: $..code }]', failing(500, text, inside), [
    'errors: { as: json, message: true }',
  ])
  const response = await get()
  assert.equal(response.status, 500)
  assert.equal(response.headers.get('content-type'), 'application/json')
  const { code, message } = JSON.parse(await response.text())
  assert.deepEqual([code, message], ['upstream-failed', 'The service behind reported an error'])
})

test('a 401 of the upstream, replaced, tells which credential is read here', async t => {
  const own = failing(401, { 'WWW-Authenticate': 'Basic realm="db-7.internal"' }, '')
  const { get } = await start(t, 'errors: { replace: [4xx] }', own)
  const response = await get()
  assert.equal(response.status, 401)
  assert.doesNotMatch(response.headers.get('www-authenticate') ?? '', /internal/)
})

test('[F48] what somebody stored as a script comes back as JSON that no browser takes for a page', async t => {
  const stored = '{"comment":"<script>alert(1)</script>"}'
  const { get } = await start(
    t,
    'redact: [{ at: $..nothing }], securityHeaders: true',
    failing(200, { 'Content-Type': 'application/json' }, stored),
  )
  const response = await get()
  assert.equal(await response.text(), stored)
  assert.equal(response.headers.get('content-type'), 'application/json')
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
  // As a page it doesn't leave where rules read answers.
  const page = await start(
    t,
    'redact: [{ at: $..nothing }], securityHeaders: true',
    failing(200, { 'Content-Type': 'text/html' }, stored),
  )
  const refused = await page.get()
  assert.equal(refused.status, 502)
  assert.doesNotMatch(await refused.text(), /script/)
})
