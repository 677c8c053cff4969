import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { test } from 'node:test'
import { signJwt } from '@sallyport/tokens'
import { z } from 'zod'
import { anonymous, any, anyone, api, apiKey, app, jwt, scopes } from './index.ts'

const now = Date.UTC(2026, 0, 15, 12)
const clock = { now: () => now, elapsed: () => 0 }
const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
const key = createSecretKey(Buffer.from(secret))
const token = (claims: object, alg = 'HS256') => signJwt({ exp: now / 1000 + 60, ...claims }, { key, alg })
const bearer = (text: string) => ({ Authorization: `Bearer ${text}` })

const item = z.object({ id: z.int(), name: z.string() })

const getItem = api(
  'GET /items/{id}',
  {
    params: z.object({ id: z.coerce.number().int() }),
    query: z.object({ loud: z.stringbool().default(false) }),
    response: item,
    identify: jwt({ secret }),
    authorize: scopes('read'),
    limit: { burst: { allow: '2/minute', per: 'user' } },
  },
  ({ params, query }) => ({ id: params.id, name: query.loud ? 'SPADE' : 'spade', price: 3 }),
)

const addItem = api(
  'POST /items',
  {
    body: z.strictObject({ name: z.string().min(2).max(50) }),
    response: item,
    status: 201,
    identify: apiKey({ keys: [{ id: 'shop', key: 'a-key-of-many-letters-1', scopes: ['write'] }] }),
    authorize: scopes('write'),
  },
  ({ body }) => ({ id: 7, name: body.name }),
)

const broken = api('GET /broken', { response: item, identify: anonymous, authorize: anyone }, () => ({
  id: 1.5,
  name: 'half',
}))
const throwing = api('GET /throwing', { identify: anonymous, authorize: anyone }, () => {
  throw new Error('password=hunter2 at /srv/secret.ts')
})

const start = () => app({ operations: [getItem, addItem, broken, throwing], clock })
const get = (path: string, headers: Record<string, string> = {}) => new Request(`http://localhost${path}`, { headers })

test('a handler is given what was read by its schemas, and what it declares is all that leaves', async () => {
  const { fetch } = await start()
  const response = await fetch(get('/items/5?loud=true', bearer(token({ sub: 'ann', scope: 'read' }))))
  assert.equal(response.status, 200)
  assert.deepEqual(await response.json(), { id: 5, name: 'SPADE' })
  assert.match(response.headers.get('sallyport-call-id') ?? '', /^[0-9a-f]{32}$/)
})

test('nobody without a good token, without the scope or beyond the limit reaches the handler', async () => {
  const { fetch } = await start()
  const good = bearer(token({ sub: 'ann', scope: 'read' }))
  const statuses = []
  for (const headers of [{}, bearer('x.y.z'), bearer(token({ sub: 'ann' })), good, good, good])
    statuses.push((await fetch(get('/items/5', headers))).status)
  assert.deepEqual(statuses, [401, 401, 403, 200, 200, 429])
})

test('what does not fit is a 400 that names every place', async () => {
  const { fetch } = await start()
  const bad = await fetch(get('/items/abc?loud=perhaps', bearer(token({ sub: 'ann', scope: 'read' }))))
  assert.equal(bad.status, 400)
  const problem = z.looseObject({ errors: z.record(z.string(), z.array(z.string())) }).parse(await bad.json())
  assert.deepEqual(Object.keys(problem.errors).sort(), ['params.id', 'query.loud'])
})

test('a body is read by its schema, and its answer has the status that was declared', async () => {
  const { fetch } = await start()
  const post = (body: string) =>
    new Request('http://localhost/items', {
      method: 'POST',
      body,
      headers: { 'X-API-Key': 'a-key-of-many-letters-1', 'Content-Type': 'application/json' },
    })
  const made = await fetch(post('{"name":"rake"}'))
  assert.equal(made.status, 201)
  assert.deepEqual(await made.json(), { id: 7, name: 'rake' })
  for (const body of ['{"name":"r"}', '{"name":"rake","more":1}', '{"name":', '{"name":"rake","name":"hoe"}', '[]', ''])
    assert.equal((await fetch(post(body))).status, 400, body)
})

test('a wrong result and a thrown error are a 500 of which the caller sees nothing, and the record everything but what is named a secret', async () => {
  const reasons: string[] = []
  const record = ({ refusal }: { readonly refusal?: { readonly reason: string } | undefined }) =>
    reasons.push(refusal?.reason ?? '')
  const { fetch } = await app({ operations: [broken, throwing], clock, record, fault: () => undefined })
  for (const path of ['/broken', '/throwing']) {
    const response = await fetch(get(path))
    assert.equal(response.status, 500)
    const text = await response.text()
    for (const inner of ['half', 'hunter2', 'srv', 'response does not allow']) assert.ok(!text.includes(inner), inner)
  }
  assert.match(reasons[0] ?? '', /GET \/broken gave what its response does not allow/)
  assert.match(reasons[1] ?? '', /password=\[secret\] at \/srv\/secret\.ts\n/)
})

test('rules of messages are those of the gateway, in the same words', async () => {
  const { fetch } = await app({ operations: [getItem], clock, protect: { securityHeaders: true } })
  for (const path of ['/items/5', '/elsewhere'])
    assert.equal((await fetch(get(path))).headers.get('x-frame-options'), 'DENY', path)
  await assert.rejects(
    () => app({ operations: [getItem], protect: { securityHeaders: false as true } }),
    /securityHeaders/,
  )
})

test('the document tells what goes in and out, who may call and how it refuses', async () => {
  const { openapi } = await start()
  const document = z
    .looseObject({
      paths: z.record(
        z.string(),
        z.record(
          z.string(),
          z.looseObject({
            security: z.array(z.unknown()),
            responses: z.looseObject({}),
            parameters: z.array(z.unknown()).optional(),
          }),
        ),
      ),
    })
    .parse(openapi)
  const read = document.paths['/items/{id}']?.get
  assert.deepEqual(read?.security, [{ jwt: ['read'] }])
  assert.deepEqual(Object.keys(read?.responses ?? {}), ['200', '400', '401', '403', '429', '500'])
  assert.deepEqual(document.paths['/items']?.post?.security, [{ 'apiKey-header-x-api-key': ['write'] }])
  assert.deepEqual(document.paths['/broken']?.get?.security, [{}])
  assert.equal(read?.parameters?.length, 2)
})

test('an operation that is open without saying so does not start', async () => {
  const open = api('GET /open', { identify: anonymous }, () => undefined)
  const unknown = api('GET /unknown', { authorize: anyone }, () => undefined)
  await assert.rejects(() => app({ operations: [open] }), /GET \/open has no authorize/)
  await assert.rejects(() => app({ operations: [unknown] }), /GET \/unknown has no identify/)
})

test('two operations that answer the same calls do not start together', async () => {
  const open = api('GET /items', { identify: anonymous, authorize: anyone }, () => undefined)
  const guarded = api('GET /items', { identify: jwt({ secret }), authorize: anyone }, () => undefined)
  await assert.rejects(app({ operations: [guarded, open] }), { name: 'TypeError', message: 'GET /items stands twice' })
})

test('a guard that is declared wrongly fails there, naming the option', () => {
  assert.throws(() => jwt({ secret: 'short' }), /secret|least|bits|guess/i)
  assert.throws(() => jwt({ secret, header: 'a b' }), /jwt\.header/)
  assert.throws(() => scopes(), /scopes/)
  assert.throws(() => apiKey({ keys: [{ id: 'x', key: 'short' }] }), /key x has less than 20/)
  assert.throws(
    () => api('GET items' as 'GET /items', { identify: anonymous, authorize: anyone }, () => undefined),
    /route/,
  )
})

test('an operation that any page could make its callers call does not start until csrf is spoken of', async () => {
  const byCookie = { identify: jwt({ secret, cookie: 'sid' }), authorize: anyone, response: item }
  const add = (rules: object) => api('POST /items', { ...byCookie, ...rules }, () => ({ id: 1, name: 'spade' }))
  await assert.rejects(app({ operations: [add({})], clock }), {
    name: 'TypeError',
    message: /^POST \/items: its callers may be known by a cookie \(sid\).*csrf/,
  })
  await app({ operations: [add({ inspect: { csrf: 'off' } })], clock })
  await app({ operations: [add({ inspect: { csrf: { session: 'sid' } } })], clock })
  await app({ operations: [api('GET /items', byCookie, () => ({ id: 1, name: 'spade' }))], clock })
})

test('ways to tell callers that can not be told apart do not start together', async () => {
  const twice = any(jwt({ secret }), jwt({ secret: `${secret}-2` }))
  const operation = api('GET /items', { identify: twice, authorize: anyone, response: item }, () => ({
    id: 1,
    name: '',
  }))
  await assert.rejects(app({ operations: [operation], clock }), {
    name: 'TypeError',
    message: /GET \/items: identify: .*cannot be told apart/,
  })
})
