import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ImaginedCall, imaginedCall } from '@sallyport/contract'
import type { Guard, Rule } from '@sallyport/core'
import { buildRoutes, handle, imagine, imaginedArrival, type StagePorts } from '@sallyport/stages'
import { exampleSetting, now, shopKey, staffToken, upstreamSecret } from './example-rules.ts'

const setting = await exampleSetting()
const items = { method: 'GET', path: '/warehouse/items' }
const judged = (call: ImaginedCall) => imagine(imaginedCall.parse(call), setting)
const codeOf = async (call: ImaginedCall) => (await judged(call)).event.refusal?.code

test('a call without a credential is refused as a real one would be, and nothing would be sent', async () => {
  const { event, request } = await judged(items)
  assert.equal(event.status, 401)
  assert.equal(event.refusal?.code, 'credential-missing')
  assert.equal(event.operation, 'GET /items')
  assert.equal(request, undefined)
})

test('a path or method that nothing serves is refused at admit', async () => {
  assert.equal(await codeOf({ method: 'GET', path: '/nowhere' }), 'route-unknown')
  assert.equal(await codeOf({ method: 'DELETE', path: '/warehouse/items' }), 'method-unknown')
  assert.equal(await codeOf({ method: 'GET', path: '/warehouse/../items' }), 'target-malformed')
  assert.equal(await codeOf({ method: 'GET', path: '/nowhere', credential: 'x' }), 'route-unknown')
})

test('a token is put where the operation reads it, and judged', async () => {
  const { event, request } = await judged({ ...items, credential: staffToken({ scope: 'list_items' }) })
  assert.equal(event.outcome, 'answered')
  assert.deepEqual(event.user, { issuer: 'https://id.example.com', subject: 'alice' })
  assert.equal(request?.url, 'http://127.0.0.1:9/v2/items')
  assert.equal(await codeOf({ ...items, credential: staffToken({ scope: 'other' }) }), 'scope-missing')
  assert.equal(await codeOf({ ...items, credential: 'garbage' }), 'credential-bad')
})

test('an API key is told from a token by its mark, and its bounds hold', async () => {
  assert.equal(await codeOf({ ...items, credential: shopKey, ip: '192.0.2.7' }), undefined)
  assert.equal(await codeOf({ ...items, credential: shopKey, ip: '198.51.100.7' }), 'credential-refused-here')
  assert.equal(await codeOf({ ...items, credential: shopKey }), 'credential-refused-here')
})

test('a name and password are one credential', async () => {
  const reports = { method: 'GET', path: '/warehouse/reports' }
  assert.equal(await codeOf({ ...reports, credential: 'bob:correct horse' }), undefined)
  assert.equal(await codeOf({ ...reports, credential: 'bob:wrong' }), 'credential-bad')
})

test('a call at another time is judged by that time', async () => {
  const credential = staffToken({ scope: 'list_items' })
  assert.equal(await codeOf({ ...items, credential, at: new Date(now + 3_599_000).toISOString() }), undefined)
  assert.equal(await codeOf({ ...items, credential, at: '2026-01-02T08:04:05+02:00' }), 'credential-expired')
})

test('what would be asked of the upstream shows names only: no credential, no value of any header', async () => {
  const credential = staffToken({ scope: 'list_items' })
  const headers = { 'X-Note': 'private words' }
  const { request } = await judged({ ...items, path: '/warehouse/items?page=2', headers, credential })
  assert.deepEqual(request?.parameters, ['page', 'upstream_key'])
  assert.ok(request?.headers.includes('X-Note'))
  assert.ok(request?.headers.includes('X-Caller'))
  assert.ok(!request?.headers.some(name => name.toLowerCase() === 'authorization'))
  const told = JSON.stringify(request)
  for (const secret of [upstreamSecret, 'private words', credential]) assert.ok(!told.includes(secret))
})

test('nothing is counted: neither calls nor failed credentials', async () => {
  const credential = staffToken({ scope: 'list_items', azp: 'shop' })
  for (let i = 0; i < 5; i++) assert.equal(await codeOf({ ...items, credential }), undefined)
  for (let i = 0; i < 5; i++)
    assert.equal(await codeOf({ ...items, credential: 'bad', ip: '192.0.2.9' }), 'credential-bad')
})

test('a limit that real calls have used up refuses the imagined one too', async () => {
  const used = await exampleSetting()
  const credential = staffToken({ scope: 'list_items', azp: 'shop' })
  assert.equal((await imagine({ ...items, credential }, used)).event.refusal, undefined)
  const ports = { ...used.ports, record: () => undefined }
  const routes = await buildRoutes(used.snapshot, ports)
  const door = { ports, routes: () => routes, addressOf: () => undefined }
  const headers = { Authorization: `Bearer ${credential}` }
  for (let i = 0; i < 2; i++) await handle(imaginedArrival({ ...items, headers }, used.snapshot.gateway), door)
  const { event } = await imagine({ ...items, credential }, used)
  assert.equal(event.refusal?.code, 'limit-exceeded')
  assert.equal(event.refusal?.limit, 'burst')
})

test('a caller is imagined with the rights that are given, or with those of a known user', async () => {
  assert.equal(await codeOf({ ...items, as: { user: 'carol' } }), 'scope-missing')
  assert.equal(await codeOf({ ...items, as: { user: 'carol', scopes: ['list_items'] } }), undefined)
  assert.equal(await codeOf({ ...items, as: { user: 'bob' } }), undefined)
  assert.equal(await codeOf({ ...items, as: { user: 'bob', scopes: [] } }), 'scope-missing')
  const { event } = await judged({ ...items, as: { application: 'shop', scopes: ['list_items'] } })
  assert.deepEqual(event.application, { issuer: 'imagined', subject: 'shop' })
  assert.deepEqual(event.rules?.identify, [
    'imagined caller, in place of: any of jwt of staff in header authorization, API key in query api_key',
  ])
})

test('an answer that the gateway gives itself asks no upstream', async () => {
  const { event, request } = await judged({ method: 'GET', path: '/warehouse/open' })
  assert.equal(event.outcome, 'answered')
  assert.equal(request, undefined)
})

test('what a rule of protect would make of the answer is told as unknown, for there is none', async () => {
  const judging: Rule<StagePorts, Guard> = {
    ...{ kind: 'body', name: 'body', label: 'any', config: {}, from: 'operation' as const, owner: 'warehouse' },
    create: () => ({ reply: () => assert.fail('there is no answer') }),
  }
  const { snapshot } = setting
  const apis = snapshot.apis.map(api => ({
    ...api,
    operations: api.operations.map(operation => ({ ...operation, protect: [judging] })),
  }))
  const credential = staffToken({ scope: 'list_items' })
  const { event, unknown } = await imagine({ ...items, credential }, { ...setting, snapshot: { ...snapshot, apis } })
  assert.equal(event.outcome, 'answered')
  assert.deepEqual(unknown, ['what body would make of the answer: there is none'])
})

test('a header that the client may not choose cannot bring an imagined caller about', async () => {
  assert.equal(await codeOf({ ...items, headers: { 'Sallyport-Imagined': 'yes' } }), 'credential-missing')
})
