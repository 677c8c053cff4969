import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  anonymous,
  anyone,
  api,
  app,
  createToken,
  jwt,
  type ParentOptions,
  scopes,
  serve,
  type TracingOptions,
} from '@sallyport/sdk'
import { z } from 'zod'
import { withoutClients } from './install.ts'

const skip = await withoutClients()

interface Told {
  readonly name: string
  readonly kind: number
  readonly traceId: string
  readonly parentId: string | undefined
  readonly parent: string | undefined
  readonly status: number
  readonly attributes: Readonly<Record<string, unknown>>
}

interface Program {
  readonly tracer: TracingOptions['tracer']
  readonly read: ParentOptions['read']
  activeTrace(): string | undefined
  taken(): readonly Told[]
}

const load = (): Promise<Program> => import(new URL('./programs/open-telemetry.mjs', import.meta.url).href)

const secret = 'kP3v9sQ7xW2mZ8rT5yB1nL6dF4hJ0cGa+UeIoVtR'
const stages = ['admit', 'identify', 'authorize', 'limit', 'inspect', 'forward', 'protect', 'record']
const [server, internal, unset, error] = [1, 0, 0, 2]

/** A shop whose calls are traced, over HTTP. */
async function shop(t: { after(undo: () => Promise<void>): void }, parents?: ParentOptions) {
  const program = await load()
  program.taken()
  const seen: (string | undefined)[] = []
  const order = api(
    'POST /orders/{id}',
    {
      body: z.strictObject({ item: z.string() }),
      identify: jwt({ secret }),
      authorize: scopes('order_item'),
      limit: { few: { allow: '100/minute', per: 'user' } },
    },
    async () => {
      await new Promise(setImmediate)
      seen.push(program.activeTrace())
      program.tracer.startActiveSpan('query', { kind: internal, attributes: {} }, span => span.end())
      return undefined
    },
  )
  const boom = api('GET /boom', { identify: anonymous, authorize: anyone }, () => {
    throw new Error('the shelf is empty: kP3v9')
  })
  const { tracer } = program
  const made = await app({
    operations: [order, boom],
    errors: { log: false },
    tracing: { tracer, ...(parents && { parents }) },
  })
  const { url, close } = await serve(made, { port: 0 })
  t.after(() => close(0))
  const token = createToken({ sub: 'ann', scope: 'order_item' }, { secret, expiresIn: '1h' })
  const post = (headers: Record<string, string> = {}) =>
    fetch(`${url}/orders/7?card=4111`, {
      method: 'POST',
      body: '{"item":"bolt"}',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
    })
  /** The spans of a call, once its answer is there: it is finished by then or in this turn. */
  const spans = async (response: Response) => {
    await response.arrayBuffer()
    for (let turn = 0; turn < 1000; turn++) {
      const told = program.taken()
      if (told.length > 0) return told
      await new Promise(setImmediate)
    }
    return assert.fail('the call left no span')
  }
  return { ...program, url, post, token, seen, spans }
}

test('a call is a span with its eight stages below it, and spans of its handler below forward', { skip }, async t => {
  const { post, spans, seen, url } = await shop(t)
  const response = await post()
  assert.equal(response.status, 204)
  const told = await spans(response)
  const [call, ...more] = told.filter(({ parentId }) => parentId === undefined)
  assert.deepEqual(more, [])
  assert.deepEqual(
    told.filter(({ parent }) => parent === call?.name).map(({ name }) => name),
    stages,
  )
  assert.equal(told.find(({ name }) => name === 'query')?.parent, 'forward')
  assert.deepEqual([...new Set(told.map(({ traceId }) => traceId))], seen)
  assert.deepEqual(
    { ...call, traceId: undefined },
    {
      name: 'POST /orders/{id}',
      kind: server,
      traceId: undefined,
      parentId: undefined,
      parent: undefined,
      status: unset,
      attributes: {
        'http.request.method': 'POST',
        'url.scheme': 'http',
        'network.protocol.version': '1.1',
        'sallyport.call.id': response.headers.get('sallyport-call-id'),
        'url.path': '/orders/7',
        'http.response.status_code': 204,
        'server.address': '127.0.0.1',
        'server.port': Number(new URL(url).port),
        'client.address': '127.0.0.1',
        'http.route': '/orders/{id}',
      },
    },
  )
})

test('a refusal is told at its stage and on the call, and what comes after it is not there', { skip }, async t => {
  const { post, spans } = await shop(t)
  const told = await spans(await post({ Authorization: 'Bearer garbage' }))
  assert.deepEqual(
    told.map(({ name, status }) => [name, status]),
    [...['admit', 'identify', 'protect', 'record', 'POST /orders/{id}'].map(name => [name, unset])],
  )
  assert.deepEqual(told[1]?.attributes, { 'sallyport.code': 'credential-bad' })
  const { attributes = {} } = told.at(-1) ?? {}
  assert.deepEqual(
    [attributes['http.response.status_code'], attributes['sallyport.stage'], attributes['sallyport.code']],
    [401, 'identify', 'credential-bad'],
  )
})

test('an error of a handler is one, and its text stands in no span', { skip }, async t => {
  const { url, spans } = await shop(t)
  const told = await spans(await fetch(`${url}/boom`))
  for (const name of ['forward', 'GET /boom']) {
    const span = told.find(one => one.name === name)
    assert.deepEqual([span?.status, span?.attributes['error.type']], [error, 'internal'], name)
  }
  assert.doesNotMatch(JSON.stringify(told), /shelf|kP3v9/)
})

test('no span holds a credential, a query or a body, and what callers invent names none', { skip }, async t => {
  const { post, url, spans, token } = await shop(t)
  const told = [
    ...(await spans(await post())),
    ...(await spans(await fetch(`${url}/nowhere?card=4111`, { method: 'PURGE' }))),
  ]
  assert.doesNotMatch(JSON.stringify(told), new RegExp(`4111|bolt|${token}`))
  const last = told.at(-1)
  assert.deepEqual(
    [last?.name, last?.attributes['http.request.method'], last?.attributes['http.route']],
    ['HTTP', '_OTHER', undefined],
  )
})

const [traceId, spanId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331']
const traceparent = `00-${traceId}-${spanId}-01`

test('nobody continues a trace unless that was said, for callers could have all of theirs recorded', {
  skip,
}, async t => {
  const { post, spans } = await shop(t)
  const call = (await spans(await post({ traceparent }))).at(-1)
  assert.equal(call?.parentId, undefined)
  assert.notEqual(call?.traceId, traceId)
})

test('those that are named continue theirs; others do not, nor does what is malformed or stands twice', {
  skip,
}, async t => {
  const { read } = await load()
  const continued = async (from: string[], headers: Record<string, string>) => {
    const { post, spans } = await shop(t, { from, read })
    const call = (await spans(await post(headers))).at(-1)
    return call?.traceId === traceId && call.parentId === spanId
  }
  assert.ok(await continued(['127.0.0.0/8'], { traceparent, tracestate: 'vendor=1' }))
  assert.ok(!(await continued(['10.0.0.0/8'], { traceparent })))
  const { read: anyRead, tracer } = await load()
  assert.ok(!(await continued(['127.0.0.1'], { traceparent: `${traceparent}, ${traceparent}` })))
  assert.ok(!(await continued(['127.0.0.1'], { traceparent: '00-0-0-01' })))
  await assert.rejects(
    app({ operations: [], tracing: { tracer, parents: { from: ['inside'], read: anyRead } } }),
    /app\.tracing\.parents\.from\.0: needs an address or range/,
  )
})
