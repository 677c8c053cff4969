import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { startBackend } from '../harness/backend.ts'
import { blockWith, doorSecrets, startAsked } from '../harness/decision-page.ts'
import { ask } from '../harness/door-call.ts'
import { engineAsking } from '../harness/engine-asking.ts'
import { startGateway } from '../harness/gateway.ts'
import type { Lifetime } from '../harness/lifetime.ts'

const file: Lifetime = { after }
const secret = doorSecrets.AUTHZEN_DOOR_SECRET

const cedar = `
  permit (principal, action, resource) when { principal has office && principal.office == "north" };
  permit (principal is Application, action, resource) when { context.time.hour >= 9 && context.time.hour < 17 };
  permit (principal in Role::"admin", action, resource) when { context has ip && context.ip.isInRange(ip("10.0.0.0/8")) };
`
const operations = `
      POST /orders: { authorize: { roles: [clerk] }, without: [scopes], limit: { daily: { allow: 1/day, per: user } } }
      GET /office/{id}: { without: [scopes], authorize: { policy: office.cedar } }
      GET /news: { authorize: anyone, without: [scopes] }
      GET /open: { identify: { any: [{ jwt: staff }, anonymous] }, authorize: anyone, without: [scopes] }
      GET /here: { authorize: anyone, without: [scopes], admit: { ip: { allow: [192.0.2.0/24] } } }
`

const { gateway } = await startAsked(file, operations, '', {
  files: { 'office.cedar': cedar },
  edit: yaml =>
    yaml
      .replace('audience: warehouse }', 'audience: warehouse, claims: { office: text } }')
      .replace('url: https://pdp.example.com }', 'url: https://pdp.example.com, reasons: true }'),
})
const { authzen = '' } = gateway.running.decisions
const event = () => gateway.events.at(-1)

const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
const post = (path: string, body: unknown, more: object = {}) =>
  ask(
    authzen,
    { method: 'POST', path, headers: { ...headers, ...more } },
    typeof body === 'string' ? body : JSON.stringify(body),
  )
const answered = async (path: string, body: unknown) => {
  const { status, body: text } = await post(path, body)
  assert.equal(status, 200, text)
  return JSON.parse(text)
}
const evaluation = '/access/v1/evaluation'
const evaluations = '/access/v1/evaluations'

const alice = (properties: object = { scopes: ['list_items'] }) => ({ type: 'user', id: 'alice', properties })
const question = (subject: object, name: string, id: string, context?: object) => ({
  subject,
  action: { name },
  resource: { type: 'route', id },
  ...(context && { context }),
})
const decisionOf = async (asked: object): Promise<boolean> => (await answered(evaluation, asked)).decision

test('the question of the page is answered, and recorded as any call', async () => {
  const asked = JSON.parse(blockWith('json', '"action": { "name": "GET" }'))
  assert.deepEqual(await answered(evaluation, asked), { decision: true })
  const { door, operation, user, credential, status, outcome } = event() ?? {}
  assert.deepEqual(
    { door, operation, user, credential, status, outcome },
    {
      ...{ door: 'authzen', operation: 'GET /items/{id}', user: { issuer: 'authzen', subject: 'alice' } },
      ...{ credential: { kind: 'asserted', id: 'authzen' }, status: 204, outcome: 'answered' },
    },
  )
})

test('scopes, roles, claims, times and addresses are those that are told, and rules judge by them', async () => {
  const cases: readonly (readonly [boolean, object])[] = [
    [false, question(alice({}), 'GET', '/warehouse/items')],
    [true, question(alice({ roles: ['clerk'] }), 'POST', '/warehouse/orders')],
    [false, question(alice({ roles: ['guest'] }), 'POST', '/warehouse/orders')],
    [true, question(alice({ office: 'north' }), 'GET', '/warehouse/office/1')],
    [true, question(alice({ claims: { office: 'north' } }), 'GET', '/warehouse/office/1')],
    [false, question(alice({ office: 'south' }), 'GET', '/warehouse/office/1')],
    [false, question(alice({ office: ['north'] }), 'GET', '/warehouse/office/1')],
    [false, question(alice(), 'GET', '/warehouse/office/1')],
    [true, question({ type: 'application', id: 'shop' }, 'GET', '/warehouse/office/1')],
    [
      false,
      question({ type: 'application', id: 'shop' }, 'GET', '/warehouse/office/1', { time: '2026-01-15T18:00:00Z' }),
    ],
    [
      true,
      question({ type: 'application', id: 'shop' }, 'GET', '/warehouse/office/1', { time: '2026-01-15T18:00+02:00' }),
    ],
    [true, question(alice({ roles: ['admin'] }), 'GET', '/warehouse/office/1', { ip: '10.1.2.3' })],
    [true, question(alice({ roles: ['admin'], ip_address: '10.1.2.3' }), 'GET', '/warehouse/office/1')],
    [false, question(alice({ roles: ['admin'] }), 'GET', '/warehouse/office/1', { ip: '192.0.2.1' })],
    [false, question(alice({ roles: ['admin'] }), 'GET', '/warehouse/office/1')],
    [true, question(alice(), 'GET', '/warehouse/here', { ip: '192.0.2.1' })],
    [false, question(alice(), 'GET', '/warehouse/here')],
    [false, question({ type: 'anonymous', id: 'anonymous' }, 'GET', '/warehouse/items')],
    [true, question(alice({}), 'GET', '/warehouse/news')],
    [false, question({ type: 'anonymous', id: 'anonymous' }, 'GET', '/warehouse/news')],
    [true, question({ type: 'anonymous', id: 'anonymous' }, 'GET', '/warehouse/open')],
  ]
  for (const [decision, asked] of cases) assert.equal(await decisionOf(asked), decision, JSON.stringify(asked))
})

test('no limit is taken by questions', async () => {
  const asked = question(alice({ roles: ['clerk'] }), 'POST', '/warehouse/orders')
  for (let i = 0; i < 3; i += 1) assert.equal(await decisionOf(asked), true)
})

test('what can’t be asked is false, with the reason for who may know it', async () => {
  const good = question(alice(), 'GET', '/warehouse/items')
  assert.equal(await decisionOf(good), true)
  const bad: readonly (readonly [RegExp, object])[] = [
    [/no operation has this path/, { ...good, resource: { type: 'route', id: '/elsewhere' } }],
    [/no operation|not judged/, { ...good, resource: { type: 'route', id: '/.well-known/jwks.json' } }],
    [/resource.type/, { ...good, resource: { type: 'document', id: '/warehouse/items' } }],
    [/resource.id/, { ...good, resource: { type: 'route', id: 'warehouse/items' } }],
    [/written otherwise/, { ...good, resource: { type: 'route', id: '/warehouse/%69tems' } }],
    [/dot segments/, { ...good, resource: { type: 'route', id: '/warehouse/x/../items' } }],
    [/this path has/, { ...good, action: { name: 'DELETE' } }],
    [/action.name/, { ...good, action: { name: 'can_read' } }],
    [/the path is of GET \/items$/, { ...good, action: { name: 'GET /items/{id}' } }],
    [/another one/, { ...good, action: { name: 'GET', properties: { method: 'POST' } } }],
    [/subject.type/, { ...good, subject: { ...alice(), type: 'robot' } }],
    [/scopes must be a list/, { ...good, subject: alice({ scopes: 'list_items' }) }],
    [/roles must be a list/, { ...good, subject: alice({ roles: [7] }) }],
    [/issuer must be a text/, { ...good, subject: alice({ issuer: 7 }) }],
    [/claims must be an object/, { ...good, subject: alice({ claims: ['x'] }) }],
    [/context.time/, { ...good, context: { time: 'noon' } }],
    [/context.time/, { ...good, context: { time: 0 } }],
    [/context.ip/, { ...good, context: { ip: '10.0.0.0/8' } }],
  ]
  for (const [reason, asked] of bad) {
    const { decision, context } = await answered(evaluation, asked)
    assert.equal(decision, false)
    assert.match(context.reason_admin.en, reason)
    assert.doesNotMatch(context.reason_user.en, reason)
    assert.equal(event()?.door, 'authzen')
    if (String(reason).includes('the path is of')) assert.equal(event()?.operation, 'GET /items')
  }
  assert.deepEqual(event()?.refusal?.code, 'input-invalid')
})

test('an operation may be named in place of a method', async () => {
  assert.equal(await decisionOf(question(alice(), 'GET /items/{id}', '/warehouse/items/7')), true)
})

test('several questions are answered in order, over the members beside them, as far as the semantic wants', async () => {
  const parts = [
    { resource: { type: 'route', id: '/warehouse/items' } },
    { resource: { type: 'route', id: '/warehouse/none' } },
    { action: { name: 'POST' }, resource: { type: 'route', id: '/warehouse/orders' } },
    {
      subject: alice({ roles: ['clerk'] }),
      action: { name: 'POST' },
      resource: { type: 'route', id: '/warehouse/orders' },
    },
    { resource: { type: 'route', id: '/warehouse/items/7' }, subject: 7 },
    { action: { name: 'GET' } },
  ]
  const asked = { subject: alice(), action: { name: 'GET' }, evaluations: parts }
  const decisions = async (semantic?: string) => {
    const options = semantic === undefined ? {} : { options: { evaluations_semantic: semantic, other: 1 } }
    const answer = await answered(evaluations, { ...asked, ...options })
    assert.deepEqual(Object.keys(answer), ['evaluations'])
    return answer.evaluations.map(({ decision }: { decision: boolean }) => decision)
  }
  const all = [true, false, false, true, false, false]
  assert.deepEqual(await decisions(), all)
  assert.deepEqual(await decisions('execute_all'), all)
  assert.deepEqual(await decisions('deny_on_first_deny'), [true, false])
  assert.deepEqual(await decisions('permit_on_first_permit'), [true])
  const single = { ...question(alice(), 'GET', '/warehouse/items'), evaluations: [] }
  assert.deepEqual(await answered(evaluations, single), { decision: true })
  assert.deepEqual(await answered(evaluations, question(alice(), 'GET', '/warehouse/items')), { decision: true })
})

test('the specification’s own questions, about things that are not served here, are read and denied', async () => {
  const asked = {
    subject: { type: 'user', id: 'alice@example.com' },
    resource: { type: 'account', id: '123' },
    action: { name: 'can_read', properties: { method: 'GET' } },
    context: { time: '1985-10-26T01:22-07:00' },
  }
  assert.equal(await decisionOf(asked), false)
  const boxcarred = {
    subject: { type: 'user', id: 'alice@example.com' },
    action: { name: 'read' },
    options: { evaluations_semantic: 'deny_on_first_deny' },
    evaluations: [1, 2, 3].map(id => ({ resource: { type: 'document', id: String(id) } })),
  }
  const { evaluations: decided } = await answered(evaluations, boxcarred)
  assert.deepEqual(
    decided.map(({ decision }: { decision: boolean }) => decision),
    [false],
  )
})

test('what is no request is told with a message, and who shows no secret is asked for it', async () => {
  const good = question(alice(), 'GET', '/warehouse/items')
  const messages: readonly (readonly [number, string, unknown, object?])[] = [
    [400, evaluation, ''],
    [400, evaluation, '{'],
    [400, evaluation, '[]'],
    [400, evaluation, 'true'],
    [400, evaluation, {}],
    [400, evaluation, { ...good, subject: { type: 'user' } }],
    [400, evaluation, { ...good, subject: { type: 'user', id: 7 } }],
    [400, evaluation, { ...good, action: {} }],
    [400, evaluation, { ...good, resource: undefined }],
    [400, evaluation, { ...good, context: 'now' }],
    [400, evaluation, JSON.stringify(good).replace('{"subject"', '{"subject":{},"subject"')],
    [400, evaluation, good, { 'content-type': 'text/plain' }],
    [400, evaluation, good, { 'x-request-id': ['1', '2'] }],
    [400, evaluation, good, { 'x-request-id': 'x'.repeat(257) }],
    [400, evaluations, { ...good, evaluations: {} }],
    [400, evaluations, { ...good, evaluations: ['x'] }],
    [400, evaluations, { ...good, evaluations: [{}], options: { evaluations_semantic: 'any' } }],
    [400, evaluations, { ...good, evaluations: Array.from({ length: 101 }, () => ({})) }],
    [413, evaluation, 'x'.repeat(300_000)],
    [404, '/access/v1/search/subject', good],
    [404, `${evaluation}/`, good],
    [404, `${evaluation}?x`, good],
    [401, evaluation, good, { authorization: [] }],
    [401, evaluation, good, { authorization: 'Bearer x' }],
    [401, evaluation, good, { authorization: `Basic ${secret}` }],
    [401, evaluation, good, { authorization: [`Bearer ${secret}`, `Bearer ${secret}`] }],
    [401, '/elsewhere', good, { authorization: [] }],
  ]
  for (const [status, path, body, more] of messages) {
    const answer = await post(path, body, more)
    assert.equal(answer.status, status, `${path} ${JSON.stringify(body)?.slice(0, 100)}`)
    assert.equal(typeof JSON.parse(answer.body), 'string')
    assert.match(String(answer.headers['content-type']), /^application\/json/)
    if (status === 401) assert.match(String(answer.headers['www-authenticate']), /^Bearer/)
  }
  const got = await ask(authzen, { method: 'GET', path: evaluation, headers })
  assert.equal(got.status, 405)
  assert.doesNotMatch(JSON.stringify(gateway.events), new RegExp(secret))
})

test('the id of a request comes back, and the metadata names what there is to ask', async () => {
  const answer = await post(evaluation, question(alice(), 'GET', '/warehouse/items'), { 'x-request-id': 'bfe9 eb29' })
  assert.equal(answer.headers['x-request-id'], 'bfe9 eb29')
  const wrong = await post(evaluation, '{', { 'x-request-id': 'one' })
  assert.deepEqual([wrong.status, wrong.headers['x-request-id']], [400, 'one'])
  const { status, body } = await ask(authzen, { path: '/.well-known/authzen-configuration' })
  assert.equal(status, 200)
  assert.deepEqual(JSON.parse(body), {
    policy_decision_point: 'https://pdp.example.com',
    access_evaluation_endpoint: 'https://pdp.example.com/access/v1/evaluation',
    access_evaluations_endpoint: 'https://pdp.example.com/access/v1/evaluations',
  })
})

test('without reasons nothing is told but the decision', async t => {
  const own = await startAsked(t)
  const { authzen: door = '' } = own.gateway.running.decisions
  const asked = JSON.stringify(question(alice({}), 'GET', '/warehouse/items'))
  const { body } = await ask(door, { method: 'POST', path: evaluation, headers }, asked)
  assert.deepEqual(JSON.parse(body), { decision: false })
})

test('[W61] one Sallyport asks another, which decides by its own rules', async t => {
  const backend = await startBackend(t)
  const pdp = await startGateway(
    t,
    `
sallyport: 1
gateway: { http: 0, decisions: { authzen: { listen: "127.0.0.1:0", secret: ${secret} } } }
apis:
  warehouse:
    path: /warehouse
    identify: anonymous
    authorize: { policy: office.cedar }
    forward: { to: "${backend.url}" }
    operations: { "GET /items/{id}": {} }`,
    {
      files: {
        'office.cedar':
          'permit (principal is User, action, resource in Api::"warehouse") when { resource has id && resource.id == "7" } unless { !(principal in Role::"clerk") };',
      },
    },
  )
  const { authzen: url = '' } = pdp.running.decisions
  for (const start of Object.values(engineAsking)) {
    const { call } = await start(t, { authzen: url, bearer: secret, timeout: '30s' })
    assert.ok((await call('7')).status < 300)
    assert.equal((await call('8')).status, 403)
  }
  assert.equal(pdp.events.length, 4)
})

test('whatever is asked, an answer says yes only where all of the question holds', async () => {
  const odd = fc.oneof(
    fc.constantFrom<unknown>(null, true, 0, '', [], {}, 'GET', '/warehouse/items', ['list_items']),
    fc.json().map(text => JSON.parse(text)),
  )
  const places = fc.constantFrom(
    'subject',
    'subject.type',
    'subject.id',
    'subject.properties',
    'subject.properties.scopes',
    'action',
    'action.name',
    'resource',
    'resource.type',
    'resource.id',
  )
  await fc.assert(
    fc.asyncProperty(places, odd, async (place, value) => {
      const asked = structuredClone<Record<string, unknown>>(question(alice(), 'GET', '/warehouse/items'))
      const names = place.split('.')
      const last = names.pop() ?? ''
      const at = names.reduce<Record<string, unknown>>((object, name) => Object(object[name]), asked)
      const was = at[last]
      at[last] = value
      const { status, body } = await post(evaluation, asked)
      const permitted = status === 200 && JSON.parse(body).decision === true
      const same =
        JSON.stringify(was) === JSON.stringify(value) || (place === 'subject.id' && typeof value === 'string')
      assert.ok(!permitted || same, JSON.stringify(asked))
      assert.ok(status === 200 || status === 400)
    }),
    { numRuns: 150 },
  )
})
