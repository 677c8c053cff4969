import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { z } from 'zod'
import { anonymous, answer, anyone, api, app, bytes, type Operation, stream, text } from './index.ts'

const open = { identify: anonymous, authorize: anyone } as const
const started = (...operations: readonly Operation[]) => app({ operations, fault: () => undefined })
const url = (path: string) => `http://localhost${path}`

test('texts and bytes leave as they were declared, and nobody guesses at their type', async () => {
  const pdf = new Uint8Array([0x25, 0x50, 0x44, 0x46, 0x00, 0xff])
  const { fetch } = await started(
    api('GET /csv', { ...open, response: text('text/csv') }, () => 'name\nKöln\n'),
    api('GET /pdf', { ...open, response: bytes('application/pdf') }, () =>
      answer(200, pdf, { 'Content-Disposition': 'attachment; filename="a.pdf"' }),
    ),
    api('GET /xml', { ...open, response: text('application/xml') }, () => '<a/>'),
  )
  const of = async (path: string) => {
    const response = await fetch(new Request(url(path)))
    const { headers } = response
    return [headers.get('content-type'), headers.get('x-content-type-options'), await response.bytes()]
  }
  assert.deepEqual(await of('/csv'), ['text/csv; charset=utf-8', 'nosniff', new TextEncoder().encode('name\nKöln\n')])
  assert.deepEqual(await of('/pdf'), ['application/pdf', 'nosniff', pdf])
  assert.deepEqual(await of('/xml'), ['application/xml', 'nosniff', new TextEncoder().encode('<a/>')])
})

test('other statuses have answers of their own kind', async () => {
  const declared = { ...open, response: text('text/plain'), responses: { 404: z.object({ message: z.string() }) } }
  const { fetch } = await started(api('GET /it', declared, () => answer(404, { message: 'no', more: 1 })))
  const response = await fetch(new Request(url('/it')))
  assert.deepEqual([response.status, await response.json()], [404, { message: 'no' }])
})

test('what a handler gives that is not what it declared does not leave', async () => {
  const wrong = (value: unknown) => () => value as never
  const { fetch } = await started(
    api('GET /text', { ...open, response: text('text/plain') }, wrong(new Uint8Array(1))),
    api('GET /bytes', { ...open, response: bytes('image/png') }, wrong('text')),
    api('GET /stream', { ...open, response: stream('text/plain') }, wrong('text')),
    api('GET /nothing', { ...open, response: text('text/plain') }, wrong(undefined)),
  )
  for (const path of ['/text', '/bytes', '/stream', '/nothing'])
    assert.equal((await fetch(new Request(url(path)))).status, 500, path)
})

test('an answer without a body makes none, and leaves off what would', async () => {
  const begun: string[] = []
  async function* pieces() {
    begun.push('begun')
    yield 'x'
  }
  const { fetch } = await started(api('HEAD /it', { ...open, response: stream('text/plain') }, () => pieces()))
  const head = await fetch(new Request(url('/it'), { method: 'HEAD' }))
  assert.deepEqual([head.status, head.body], [200, null])
  assert.deepEqual(begun, [])
})

const sizeOf = api(
  'POST /size',
  { ...open, body: bytes('application/octet-stream', { max: 10 }), response: z.object({ size: z.int() }) },
  ({ body }) => ({ size: body.length }),
)
const shout = api('POST /shout', { ...open, body: text('text/plain'), response: text('text/plain') }, ({ body }) =>
  body.toUpperCase(),
)

async function sent(path: string, body: Uint8Array<ArrayBuffer> | string | null, headers: Record<string, string>) {
  const { fetch } = await started(sizeOf, shout)
  const response = await fetch(new Request(url(path), { method: 'POST', body, headers }))
  return response.ok ? await response.text() : response.status
}

test('a body of bytes is what was declared, without its coding and not larger', async () => {
  const type = { 'Content-Type': 'application/octet-stream' }
  const ten = new Uint8Array(10)
  assert.equal(await sent('/size', ten, type), '{"size":10}')
  assert.equal(await sent('/size', new Uint8Array(11), type), 413)
  assert.equal(await sent('/size', null, type), '{"size":0}')
  assert.equal(
    await sent('/size', new Uint8Array(gzipSync(new Uint8Array(1e5))), { ...type, 'Content-Encoding': 'gzip' }),
    413,
  )
  assert.equal(await sent('/size', ten, { 'Content-Type': 'text/plain' }), 415)
  assert.equal(await sent('/size', ten, {}), 415)
  assert.equal(await sent('/size', null, {}), 415)
  assert.equal(await sent('/size', ten, { ...type, 'Content-Encoding': 'zstd' }), 415)
})

test('a body of text is UTF-8, whatever it says', async () => {
  assert.equal(await sent('/shout', 'köln', { 'Content-Type': 'text/plain' }), 'KÖLN')
  assert.equal(await sent('/shout', 'köln', { 'Content-Type': 'text/plain;charset=UTF-8' }), 'KÖLN')
  assert.equal(await sent('/shout', 'köln', { 'Content-Type': 'text/plain;charset=latin1' }), 415)
  assert.equal(await sent('/shout', new Uint8Array([0xff]), { 'Content-Type': 'text/plain' }), 400)
})

test('the document names the media types', async () => {
  const { openapi } = await started(
    sizeOf,
    shout,
    api('GET /events', { ...open, response: stream('text/event-stream') }, () => new ReadableStream<string>()),
  )
  const content = z.object({ content: z.json() })
  const operation = z.looseObject({
    requestBody: content.optional(),
    responses: z.looseObject({ 200: content.loose() }),
  })
  const paths = z.record(z.string(), z.record(z.string(), operation)).parse(openapi.paths)
  assert.deepEqual(paths['/size']?.post?.requestBody?.content, { 'application/octet-stream': {} })
  assert.deepEqual(paths['/shout']?.post?.responses[200].content, { 'text/plain': { schema: { type: 'string' } } })
  assert.deepEqual(paths['/events']?.get?.responses[200].content, { 'text/event-stream': {} })
})

test('what is no media type, or has no bound, does not start, nor does a body that streams', () => {
  for (const type of ['', 'csv', 'text/', '*/*', 'text/csv\r\nX-Evil: 1', 'text/csv; charset', 'text/csv;a="\n"'])
    for (const make of [text, bytes, stream]) assert.throws(() => make(type), /needs a media type/, type)
  for (const charset of ['latin1', '"utf-16"', 'UTF-80'])
    assert.throws(() => text(`text/csv; charset=${charset}`), /texts are in UTF-8/, charset)
  for (const max of [0, -1, 1.5, Number.NaN, 2 ** 40])
    assert.throws(() => bytes('image/png', { max }), /bytes\.max/, String(max))
  const streaming = { ...open, body: stream('text/plain') } as never
  assert.throws(() => api('POST /it', streaming, () => ''), /body: needs .*text or bytes/)
})

test('a rule that reads answers whole does not start where one streams, and is judged where it is whole', async () => {
  const streaming = api('GET /it', { ...open, response: stream('text/plain') }, () => new ReadableStream<string>())
  for (const protect of [{ digest: 'sha-256' }, { sign: { answers: {} } }] as const)
    await assert.rejects(
      app({ operations: [streaming], protect }),
      /GET \/it: protect\.(digest|sign): reads answers whole/,
    )
  const whole = api('GET /it', { ...open, response: bytes('image/png') }, () => new Uint8Array(3))
  const { fetch } = await app({ operations: [whole], protect: { digest: 'sha-256' } })
  assert.match((await fetch(new Request(url('/it')))).headers.get('content-digest') ?? '', /^sha-256=:/)
})
