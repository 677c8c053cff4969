import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import {
  anonymous,
  answer,
  any,
  anyone,
  api,
  apiKey,
  app,
  basic,
  createToken,
  hashPassword,
  implement,
  jwt,
  scopes,
} from '../index.ts'
import { type ClientOptions, client, endpoint, Refused, UnexpectedAnswer } from './index.ts'

const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
const key = 'sk-0123456789abcdefghij'

const placeOrder = endpoint('POST /shops/{shop}/orders', {
  query: z.object({ express: z.boolean().optional() }),
  body: z.strictObject({ item: z.string().min(2), count: z.int() }),
  response: z.object({ id: z.int(), note: z.string().optional() }),
  responses: { 409: z.object({ left: z.int() }) },
  status: 201,
})
const stock = z.object({ tags: z.array(z.string()), most: z.number().optional(), word: z.string(), flag: z.boolean() })
const listStock = endpoint('GET /stock', { query: stock, response: stock })
const ping = endpoint('GET /ping', {})
const tenant = endpoint('GET /tenant', {
  headers: z.object({ 'x-tenant': z.string() }),
  response: z.object({ name: z.string() }),
})
const scarce = endpoint('GET /scarce', {})
const head = endpoint('HEAD /ping', {})

const open = { identify: anonymous, authorize: anyone } as const
const users = [{ name: 'ann', password: await hashPassword('påss wörd 1'), scopes: ['order_item'] }]
const guarded = {
  identify: any(jwt({ secret }), apiKey({ keys: [{ id: 'shop', key, scopes: ['order_item'] }] }), basic({ users })),
  authorize: scopes('order_item'),
  inspect: { csrf: 'off' },
} as const

const shop = await app({
  operations: [
    implement(placeOrder, guarded, ({ params, query, body }) => {
      if (body.count > 10) return answer(409, { left: 10 })
      return { id: body.count, note: `${params.shop} ${query.express}` }
    }),
    implement(listStock, open, ({ query }) => query),
    implement(ping, open, () => undefined),
    implement(head, open, () => undefined),
    implement(scarce, { ...open, limit: { few: { allow: '1/minute', per: 'everyone' } } }, () => undefined),
    implement(tenant, open, ({ headers }) => ({ name: headers['x-tenant'] })),
    api('GET /down', open, () => {
      throw new Error('secret')
    }),
  ],

  clock: { now: () => Date.UTC(2026, 0, 15, 12), elapsed: () => 0 },
  fault: () => undefined,
})

const calling = (options: Partial<ClientOptions> = {}) =>
  client({ url: 'https://shop.test', fetch: request => shop.fetch(request), ...options })
const order = { params: { shop: 'a/b' }, query: { express: true }, body: { item: 'bolt', count: 2 } }

test('a call sends what its endpoint declares and gives what comes back', async () => {
  const { call } = calling({ credential: { header: { 'X-API-Key': key } } })
  assert.deepEqual(await call(placeOrder, order), {
    status: 201,
    body: { id: 2, note: 'a/b true' },
  })
  assert.equal(await call(ping), undefined)
  assert.equal(await call(head), undefined)
  assert.deepEqual(await call(tenant, { headers: { 'x-tenant': 'north' } }), { name: 'north' })
})

test('another status that is declared is an answer, and no refusal', async () => {
  const { call } = calling({ credential: { header: { 'X-API-Key': key } } })
  const told = await call(placeOrder, { ...order, body: { item: 'bolt', count: 11 } })
  assert.deepEqual(told, { status: 409, body: { left: 10 } })
})

test('a credential goes with every call, and one that is renewed is asked for each time', async () => {
  const seen: (string | null)[] = []
  const fetch = async (request: Request) => {
    seen.push(request.headers.get('authorization'))
    return new Response(null, { status: 204 })
  }
  const tokens = ['one', 'two']
  const { call } = calling({ fetch, credential: async () => ({ bearer: tokens.shift() ?? '' }) })
  await call(ping)
  await call(ping)
  await calling({ fetch, credential: { basic: { username: 'ann', password: 'påss' } } }).call(ping)
  await calling({ fetch, headers: { Authorization: 'Other x' }, credential: { bearer: 'y' } }).call(ping)
  assert.deepEqual(seen, ['Bearer one', 'Bearer two', 'Basic YW5uOnDDpXNz', 'Bearer y'])
})

test('a refusal is a typed error with what problem details say', async () => {
  const token = (scope: string) => createToken({ sub: 'ann', scope }, { secret, now: Date.UTC(2026, 0, 15, 12) })
  const refused = async (call: Promise<unknown>) => {
    const error = await call.then(
      () => undefined,
      error => error,
    )
    assert.ok(error instanceof Refused, String(error))
    return error
  }
  const missing = await refused(calling({ credential: { bearer: token('other') } }).call(placeOrder, order))
  assert.deepEqual([missing.status, missing.code, missing.stage], [403, 'scope-missing', 'authorize'])
  assert.deepEqual(missing.missing, { scopes: ['order_item'], roles: [] })
  assert.match(missing.callId ?? '', /^[0-9a-f]{32}$/)
  const nobody = await refused(calling().call(placeOrder, order))
  assert.deepEqual([nobody.status, nobody.code], [401, 'credential-missing'])
  const { call } = calling({ credential: { bearer: token('order_item') } })
  const invalid = await refused(call(placeOrder, { ...order, body: { item: 'b', count: 1 } }))
  assert.deepEqual([invalid.code, Object.keys(invalid.errors)], ['input-invalid', ['body.item']])
  await call(scarce)
  const limited = await refused(call(scarce))
  assert.deepEqual([limited.status, limited.code, limited.retryAfter], [429, 'limit-exceeded', 60])
  const down = await refused(calling().call(endpoint('GET /down', {})))
  assert.deepEqual([down.status, down.message.includes('secret')], [500, false])
})

/** Answers of somebody who isn't the application: a proxy, another service. */
const strange: readonly (readonly [
  what: string,
  response: () => Response,
  is: typeof Refused | typeof UnexpectedAnswer,
])[] = [
  ['a page of a proxy', () => new Response('<h1>Bad gateway</h1>', { status: 502 }), Refused],
  [
    'problem details of other types',
    () => Response.json({ code: 7, missing: 'x', errors: [1] }, { status: 403 }),
    Refused,
  ],
  ['JSON null', () => Response.json(null, { status: 400 }), Refused],
  ['another good status', () => new Response('{}', { status: 202 }), UnexpectedAnswer],
  ['no JSON where some is declared', () => new Response('hello', { status: 200 }), UnexpectedAnswer],
  ['nothing where something is declared', () => new Response(null, { status: 200 }), UnexpectedAnswer],
  [
    'a redirect',
    () => new Response(null, { status: 302, headers: { Location: 'https://evil.test/' } }),
    UnexpectedAnswer,
  ],
]

for (const [what, response, is] of strange) {
  test(`${what} is no answer`, async () => {
    const { call } = calling({ fetch: async () => response() })
    await assert.rejects(call(tenant, { headers: { 'x-tenant': 'a' } }), is)
  })
}

test('problem details are a refusal, though their status is declared for an answer', async () => {
  const fetch = async () =>
    Response.json(
      { code: 'change-under-way' },
      { status: 409, headers: { 'Content-Type': 'application/problem+json' } },
    )
  await assert.rejects(calling({ fetch }).call(placeOrder, order), { name: 'Refused', code: 'change-under-way' })
})

test('the query is read by the server as what was given', async () => {
  const { call } = calling()
  const word = fc.string({ unit: 'grapheme' }).filter(text => !text.includes('\0'))
  const value = fc.record({
    tags: fc.array(word, { minLength: 1, maxLength: 3 }),
    most: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e90, max: 1e90 }), { nil: undefined }),
    word,
    flag: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(value, async given => {
      const { most, ...others } = given
      const read = await call(listStock, { query: given })
      // Minus zero is a number that texts don't tell from zero.
      assert.deepEqual(read, most === undefined ? others : { ...others, most: most + 0 })
    }),
    { numRuns: 300 },
  )
})

test('what has no form as a request is not sent', async () => {
  const { call } = calling({ fetch: () => assert.fail('it was sent') })
  const bad: object = { word: null, tags: [], flag: true }
  await assert.rejects(call(listStock, { query: bad as never }), { name: 'TypeError', message: /^query\.word: / })
  const header: object = { 'x-tenant': ['a', 'b'] }
  await assert.rejects(call(tenant, { headers: header as never }), /^TypeError: headers\.x-tenant: is one text/)
  await assert.rejects(call(tenant, { headers: { 'x-tenant': 'a\r\nX-Evil: b' } }), TypeError)
  await assert.rejects(call(placeOrder, { ...order, params: { shop: '..' } }), /^TypeError: params: /)
})

test('a client that can not be meant, or would show its credential on the way, is not made', () => {
  const made = (options: ClientOptions) => () => client(options)
  const credential = { bearer: 'x' }
  for (const url of [
    'shop.test',
    'ftp://shop.test',
    'https://ann:x@shop.test',
    'https://shop.test/?a',
    'https://shop.test/#a',
  ])
    assert.throws(made({ url }), /^TypeError: url: needs an http or https URL/, url)
  assert.throws(made({ url: 'http://shop.test', credential }), /^TypeError: url: a credential would go over plain HTTP/)
  for (const url of ['http://localhost:1', 'http://127.0.0.1', 'http://[::1]:80', 'https://shop.test/a'])
    client({ url, credential })
  client({ url: 'http://shop.test', credential, allowPlainHttp: true })
})

test('a client calls below the path of its URL', async () => {
  const urls: string[] = []
  const fetch = async (request: Request) => {
    urls.push(request.url)
    return new Response(null, { status: 204 })
  }
  for (const url of ['https://shop.test', 'https://shop.test/', 'https://shop.test/v1', 'https://shop.test/v1/'])
    await client({ url, fetch }).call(ping)
  assert.deepEqual(urls, [
    'https://shop.test/ping',
    'https://shop.test/ping',
    'https://shop.test/v1/ping',
    'https://shop.test/v1/ping',
  ])
})

test('an endpoint whose options can not be meant fails where it is implemented', () => {
  const loose: object = { respons: z.string() }
  const misspelt = endpoint('GET /misspelt', loose)
  assert.throws(() => implement(misspelt, open, () => undefined), /^TypeError: GET \/misspelt: .*respons/)
})

test('a call that is called off ends', async () => {
  const { call } = client({ url: 'http://127.0.0.1:9' })
  await assert.rejects(call(ping, {}, { signal: AbortSignal.abort() }), { name: 'AbortError' })
})
