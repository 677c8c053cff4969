import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { z } from 'zod'
import { anonymous, answer, anyone, app, implement, serve } from '../index.ts'
import { bytes, client, endpoint, Refused, stream, text, UnexpectedAnswer } from './index.ts'

const shout = endpoint('POST /shout', { body: text('text/plain'), response: text('text/plain') })
const mirror = endpoint('POST /mirror', {
  body: bytes('image/png'),
  response: bytes('image/png'),
  responses: { 409: text('text/csv'), 422: z.object({ why: z.string() }) },
})
const events = endpoint('GET /events', { response: stream('text/event-stream') })
const silent = endpoint('GET /silent', { response: stream('text/event-stream') })
const cut = endpoint('GET /cut', { response: stream('text/plain') })
const limited = endpoint('GET /limited', { response: stream('text/plain') })
const count = endpoint('GET /count', { response: z.object({ count: z.int() }) })
const ping = endpoint('GET /ping', {})

const open = { identify: anonymous, authorize: anyone } as const
const left = { events: Promise.withResolvers<boolean>(), silent: Promise.withResolvers<boolean>() }

async function* endless(signal: AbortSignal) {
  try {
    for (let i = 0; ; i++) yield `data: ${i}\n\n`
  } finally {
    left.events.resolve(signal.aborted)
  }
}
async function* waiting(signal: AbortSignal) {
  signal.addEventListener('abort', () => left.silent.resolve(true))
  yield 'data: first\n\n'
  await left.silent.promise
}
async function* broken() {
  yield 'first'
  throw new Error('midway')
}

const serving = await serve(
  await app({
    operations: [
      implement(shout, open, ({ body }) => body.toUpperCase()),
      implement(mirror, open, ({ body }) => {
        if (body[0] === 1) return answer(409, 'taken\n')
        return body[0] === 2 ? answer(422, { why: 'no picture' }) : body
      }),
      implement(events, open, () => endless),
      implement(silent, open, () => waiting),
      implement(cut, open, () => broken()),
      implement(limited, { ...open, limit: { few: { allow: '1/minute', per: 'everyone' } } }, async function* () {
        yield 'a'
        yield 'b'
      }),
    ],
    clock: { now: () => Date.UTC(2026, 0, 15, 12), elapsed: () => 0 },
    fault: () => undefined,
  }),
  { port: 0 },
)
after(() => serving.close(0))
const { call } = client({ url: serving.url })
const decoded = (piece: Uint8Array | undefined) => new TextDecoder().decode(piece)

test('texts go and come as they are', async () => {
  for (const [given, got] of [
    ['köln\r\n', 'KÖLN\r\n'],
    ['', ''],
    ['\ufeffa', '\ufeffA'],
    ['null', 'NULL'],
  ] as const)
    assert.equal(await call(shout, { body: given }), got)
})

test('bytes go and come as they are, also those that are a part of others', async () => {
  for (const body of [Uint8Array.from({ length: 256 }, (_, i) => 255 - i), new Uint8Array(0)])
    assert.deepEqual(await call(mirror, { body }), { status: 200, body })
  const part = Uint8Array.of(9, 8, 7, 6).subarray(1, 3)
  assert.deepEqual(await call(mirror, { body: part }), { status: 200, body: Uint8Array.of(8, 7) })
})

test('each status has an answer of its own form', async () => {
  assert.deepEqual(await call(mirror, { body: Uint8Array.of(1) }), { status: 409, body: 'taken\n' })
  assert.deepEqual(await call(mirror, { body: Uint8Array.of(2) }), { status: 422, body: { why: 'no picture' } })
})

test('a stream is read piece by piece, and its answer is left off where its reader stops', async () => {
  let seen = ''
  for await (const piece of await call(events)) {
    assert.ok(piece instanceof Uint8Array)
    seen += decoded(piece)
    if (seen.includes('data: 2\n\n')) break
  }
  assert.match(seen, /^data: 0\n\ndata: 1\n\ndata: 2\n\n/)
  assert.equal(await left.events.promise, true)
})

test('a reader that stops while it waits for a piece waits no longer', async () => {
  const pieces = (await call(silent))[Symbol.asyncIterator]()
  assert.equal(decoded((await pieces.next()).value), 'data: first\n\n')
  const awaited = pieces.next()
  await pieces.return?.()
  assert.deepEqual(await awaited, { done: true, value: undefined })
  assert.equal(await left.silent.promise, true)
})

test('a stream that is cut off is no whole one', async () => {
  const read = async () => {
    for await (const piece of await call(cut)) assert.equal(decoded(piece), 'first')
  }
  await assert.rejects(read(), TypeError)
})

test('a stream that is read to its end is all of it, once, and one that is refused is a refusal', async () => {
  const pieces = await call(limited)
  let seen = ''
  for await (const piece of pieces) seen += decoded(piece)
  for await (const piece of pieces) seen += decoded(piece)
  assert.equal(seen, 'ab')
  await assert.rejects(call(limited), (error: unknown) => error instanceof Refused && error.code === 'limit-exceeded')
})

/** A client of a service that answers 200 with this type, and what says that its body was left off. */
function answering(type: string | undefined, body: string | Uint8Array<ArrayBuffer>) {
  const { promise, resolve } = Promise.withResolvers<void>()
  const source = new Response(body).body?.getReader()
  const watched = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const read = await source?.read()
        if (read === undefined || read.done) controller.close()
        else controller.enqueue(read.value)
      },
      cancel: () => resolve(),
    },
    { highWaterMark: 0 },
  )
  const headers = type === undefined ? {} : { 'content-type': type }
  const service = client({ url: serving.url, fetch: async () => new Response(watched, { headers }) })
  return { call: service.call, isLeft: promise }
}

test('an answer of another type than what is declared is unexpected, and nobody reads it', async () => {
  for (const type of [
    undefined,
    'text/html',
    'text/plainer',
    'text/plain, text/html',
    'application/json; charset=latin1',
    'text/plain; charset=latin1',
    'image/png+json',
  ]) {
    const declared = [
      ({ call }: ReturnType<typeof answering>) => call(shout, { body: 'a' }),
      ({ call }: ReturnType<typeof answering>) => call(mirror, { body: new Uint8Array(1) }),
      ({ call }: ReturnType<typeof answering>) => call(events),
      ({ call }: ReturnType<typeof answering>) => call(count),
    ]
    for (const ask of declared) {
      const asked = answering(type, '{"count":1}')
      await assert.rejects(ask(asked), UnexpectedAnswer, type)
      await asked.isLeft
    }
  }
})

test('an answer of the declared type is read, however that is written', async () => {
  const shouted = answering('Text/Plain;charset="UTF-8"', 'A')
  assert.equal(await shouted.call(shout, { body: 'a' }), 'A')
  assert.deepEqual(await answering('application/json', '{"count":1}').call(count), { count: 1 })
  assert.deepEqual(await answering('image/png; a=b', 'A').call(mirror, { body: new Uint8Array(1) }), {
    status: 200,
    body: Uint8Array.of(65),
  })
})

test('a text that is no UTF-8 is unexpected', async () => {
  const { call } = answering('text/plain', Uint8Array.of(0xff))
  await assert.rejects(call(shout, { body: 'a' }), { name: 'UnexpectedAnswer', message: /is no text\/plain/ })
})

test('a body where none is declared is left off', async () => {
  const fetch = async () => new Response(null, { status: 204 })
  assert.equal(await client({ url: serving.url, fetch }).call(ping), undefined)
  const asked = answering('text/plain', 'a')
  await assert.rejects(asked.call(ping), UnexpectedAnswer)
  await asked.isLeft
})

test('a body of another form is not sent', async () => {
  const { call } = client({ url: serving.url, fetch: () => assert.fail('it was sent') })
  for (const body of [undefined, null, 1, {}, new Uint8Array(1), 'half \ud800'])
    await assert.rejects(call(shout, { body: body as never }), /^TypeError: body: needs a text/)
  for (const body of [undefined, null, 'png', [1], new ArrayBuffer(1)])
    await assert.rejects(call(mirror, { body: body as never }), /^TypeError: body: needs a Uint8Array/)
})
