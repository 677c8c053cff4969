import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Explanation } from '@sallyport/contract'
import { emptyFolder } from './example-ports.ts'

const id = '0123456789abcdef0123456789abcdef'
const explanation: Explanation = {
  ...{ id, time: '2026-01-02T03:04:05.678Z', snapshot: 'f00d'.repeat(16) },
  ...{ method: 'POST', path: '/warehouse/orders', api: 'warehouse', operation: 'POST /orders', ip: '192.0.2.7' },
  caller: {
    user: { issuer: 'https://id.example.com', subject: 'alice' },
    credential: { kind: 'jwt', id: 'T1' },
  },
  ...{ status: 403, outcome: 'refused', code: 'scope-missing' },
  stages: [
    { stage: 'admit', verdict: 'passed', rules: ['ip: from 192.0.2.0/24', 'flood: 100/second per ip'] },
    { stage: 'identify', verdict: 'passed', rules: ['jwt of staff in header authorization'] },
    {
      ...{ stage: 'authorize', verdict: 'refused', rules: ['scopes: scope order_item'], rule: 'scopes' },
      ...{ code: 'scope-missing', reason: 'needs scope order_item; has list_items' },
      missing: { scopes: ['order_item'] },
    },
    { stage: 'limit', verdict: 'not reached', rules: ['burst: 100/second per application'] },
    { stage: 'inspect', verdict: 'not reached', rules: [] },
    { stage: 'forward', verdict: 'not reached', rules: [] },
    { stage: 'protect', verdict: 'passed', rules: [] },
    { stage: 'record', verdict: 'passed', rules: [] },
  ],
}

interface Asked {
  readonly line: string
  readonly authorization: string | undefined
  readonly body: unknown
}

/** A management door that says what it is told to say. */
async function openDoor(t: TestContext, status: number, says: object) {
  const { folder, run } = await emptyFolder(t)
  const data = join(folder, '.sallyport')
  await mkdir(data)
  await writeFile(join(data, 'operator.key'), 'the-key\n', { mode: 0o600 })
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const body = text === '' ? undefined : JSON.parse(text)
    asked.push({ line: `${request.method} ${request.url}`, authorization: request.headers.authorization, body })
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(says))
  })
  await new Promise<void>(resolve => server.listen(join(data, 'management.sock'), resolve))
  t.after(() => server.close())
  return { run, asked }
}

const event = {
  ...{ id, time: '2026-01-02T03:04:05.678Z', snapshot: 'f00d', method: 'POST', path: '/warehouse/orders' },
  ...{ status: 403, outcome: 'refused', totalMs: 1.25, bytesIn: 0, bytesOut: 0 },
  refusal: { stage: 'authorize', code: 'scope-missing', reason: 'needs scope order_item' },
}

test('a past call is explained stage by stage: what was checked, what refused, what is missing, what to do', async t => {
  const { run, asked } = await openDoor(t, 200, { call: event, explanation })
  const { status, out } = await run(['explain', id])
  assert.equal(status, 0)
  assert.deepEqual(asked, [{ line: `GET /api/v1/calls/${id}`, authorization: 'Bearer the-key', body: undefined }])
  assert.equal(
    out,
    `POST /warehouse/orders  403 scope-missing
operation POST /orders of warehouse; caller user alice of https://id.example.com, by jwt T1 from 192.0.2.7
call ${id} at 2026-01-02T03:04:05.678Z, rules f00df00df00d

✓ admit      ip: from 192.0.2.0/24
             flood: 100/second per ip
✓ identify   jwt of staff in header authorization
✗ authorize  scopes: scope order_item
             refused by scopes: scope-missing
             needs scope order_item; has list_items
             missing scopes: order_item
· limit      burst: 100/second per application
· inspect
· forward
✓ protect
✓ record

What to do: Have the issuer grant the missing scope, or make a key with it: \`sallyport key create NAME --scopes A,B\`.
`,
  )
})

test('an imagined call is asked for with all that was given, its credential in the body alone', async t => {
  const request = { method: 'GET', url: 'http://127.0.0.1:9001/items', parameters: ['page'], headers: ['Host', 'Via'] }
  const { status: _, code: __, ...open } = { ...explanation, outcome: 'answered' }
  const { run, asked } = await openDoor(t, 200, { explanation: open, request, unknown: ['what own would make of it'] })
  const more = ['--at', '2026-01-02T18:01:00+01:00', '--ip', '2001:db8::1', '--header', 'X-Office: north']
  const ran = await run(['explain', 'GET /warehouse/items?page=2', '--token', '-', ...more], { stdin: 's3cret\n' })
  assert.equal(ran.status, 0)
  assert.deepEqual(asked[0]?.line, 'POST /api/v1/explanations')
  assert.deepEqual(asked[0]?.body, {
    ...{ method: 'GET', path: '/warehouse/items?page=2', headers: { 'X-Office': 'north' } },
    ...{ at: '2026-01-02T17:01:00.000Z', ip: '2001:db8::1', credential: 's3cret' },
  })
  assert.match(ran.out, /would be answered by the upstream/)
  assert.match(ran.out, /would be sent on: GET http:\/\/127\.0\.0\.1:9001\/items\n {2}with the headers Host, Via\n/)
  assert.match(ran.out, /\ncan't be known: what own would make of it\n/)
  assert.doesNotMatch(ran.out + ran.err, /s3cret/)
})

test('a caller is imagined by name and rights; the call needs no quotes', async t => {
  const { run, asked } = await openDoor(t, 200, { explanation, unknown: [] })
  const as = ['--as', 'alice', '--application', 'web', '--scopes', 'a,b', '--roles', 'clerk']
  assert.equal((await run(['explain', 'GET', '/items', ...as])).status, 0)
  assert.deepEqual(asked[0]?.body, {
    ...{ method: 'GET', path: '/items', headers: {} },
    as: { user: 'alice', application: 'web', scopes: ['a', 'b'], roles: ['clerk'] },
  })
})

test('an imagined call that is refused because it comes from nowhere says how to tell where', async t => {
  const { ip: _, ...nowhere } = { ...explanation, code: 'address-refused' }
  const { run } = await openDoor(t, 200, { explanation: nowhere, unknown: [] })
  assert.match((await run(['explain', 'GET', '/items'])).out, /\nWhat to do: Say from where the call would come: --ip /)
})

test('what cannot be asked is misuse', async t => {
  const { run, asked } = await openDoor(t, 200, { explanation, unknown: [] })
  const misused = [
    ['explain'],
    ['explain', 'items'],
    ['explain', 'GET items'],
    ['explain', id, '--as', 'alice'],
    ['explain', 'GET /', '--token', 'env:T', '--as', 'alice'],
    ['explain', 'GET /', '--ip', 'here'],
    ['explain', 'GET /', '--at', 'noon'],
    ['explain', 'GET /', '--header', 'X-Office'],
    ['calls', '--management', 'http://192.0.2.1:8081'],
    ['calls', '--management', 'http://localhost.example.com:8081'],
  ]
  for (const argv of misused) assert.equal((await run(argv, { env: { T: 'x' } })).status, 2, argv.join(' '))
  assert.deepEqual(asked, [])
})

test('a problem is told in a sentence, and whole to programs', async t => {
  const problem = {
    title: 'No record of that call',
    status: 404,
    code: 'call-unknown',
    detail: 'Only the last are kept.',
  }
  const { run } = await openDoor(t, 404, problem)
  const told = await run(['explain', id])
  assert.deepEqual(told, { status: 1, out: '', err: 'sallyport: No record of that call. Only the last are kept.\n' })
  assert.deepEqual(JSON.parse((await run(['explain', id, '--json'])).err).error.problem, problem)
})

test('where no gateway runs, it says how to find or start one', async t => {
  const { run } = await emptyFolder(t)
  const { status, err } = await run(['calls'])
  assert.equal(status, 1)
  assert.match(err, /operator\.key: start a gateway with `sallyport up`, or name its folder with --data/)
})

test('the last calls are listed, and nothing in them reaches the terminal but text', async t => {
  const forged = { ...event, path: '/\x1b[2J', application: { issuer: 'i', subject: 'shop\nroot' } }
  const { run, asked } = await openDoor(t, 200, { calls: [forged] })
  const { out } = await run(['calls', '--last', '5'], { isTTY: true })
  assert.equal(asked[0]?.line, 'GET /api/v1/calls?last=5')
  assert.match(out, /POST \/\\u\{1b\}\[2J {2}403 +scope-missing {2}shop\\u\{a\}root +1\.3 +0123456789abcdef/)
  assert.deepEqual(JSON.parse((await run(['calls', '--json'])).out), [forged])
})

test('people get colours, unless they asked for none', async t => {
  const { run } = await openDoor(t, 200, { call: event, explanation })
  assert.match((await run(['explain', id], { isTTY: true })).out, /\x1b\[31m✗\x1b\[39m authorize/)
  assert.doesNotMatch((await run(['explain', id], { isTTY: true, env: { NO_COLOR: '1' } })).out, /\x1b/)
})
