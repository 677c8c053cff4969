import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { CallEvent } from '@sallyport/core'
import { z } from 'zod'
import { anonymous, anyone, api, apiKey, app, scopes, serve } from './index.ts'

const key = 'a-key-of-many-letters-1'
const echo = api(
  'POST /echo',
  {
    body: z.object({ text: z.string() }),
    response: z.object({ text: z.string() }),
    identify: apiKey({ keys: [{ id: 'one', key, scopes: ['write'] }] }),
    authorize: scopes('write'),
  },
  ({ body }) => body,
)
const ping = api('GET /ping', { identify: anonymous, authorize: anyone }, () => undefined)

async function start(t: TestContext) {
  const faults: unknown[] = []
  const fault = (error: unknown) => faults.push(error)
  const serving = await serve(await app({ operations: [echo, ping], fault }), { port: 0 })
  t.after(() => serving.close(0))
  return { ...serving, faults }
}

/** What comes back for a text, until the other side ends or has said so much. */
async function speak(url: string, text: string, enough: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  let heard = ''
  socket.setEncoding('latin1').on('data', piece => {
    heard += piece
    if (heard.includes(enough)) socket.end()
  })
  socket.write(text)
  await once(socket, 'close')
  return heard
}

const body = '{"text":"hello"}'
const head = (...fields: readonly string[]) =>
  `${['POST /echo HTTP/1.1', 'Host: localhost', 'Content-Type: application/json', `Content-Length: ${body.length}`, ...fields].join('\r\n')}\r\n\r\n`

test('a call is answered over a socket, with its length and its id', async t => {
  const { url } = await start(t)
  const response = await fetch(`${url}/echo`, {
    method: 'POST',
    body,
    headers: { 'X-API-Key': key, 'Content-Type': 'application/json' },
  })
  assert.equal(response.status, 200)
  assert.deepEqual(await response.json(), { text: 'hello' })
  assert.equal(response.headers.get('content-length'), '16')
  assert.equal((await fetch(`${url}/ping`)).status, 204)
})

test('two keys in one request are seen as two, which fetch would have joined', async t => {
  const { url } = await start(t)
  const heard = await speak(url, head(`X-API-Key: ${key}`, `X-API-Key: ${key}`) + body, 'callId')
  assert.match(heard, /^HTTP\/1\.1 401 /)
})

test('who waits for leave to send a body gets none before the caller is known', async t => {
  const { url } = await start(t)
  const refused = await speak(url, head('Expect: 100-continue', 'Connection: close'), 'callId')
  assert.match(refused, /^HTTP\/1\.1 401 /)
  const asked = speak(url, head('Expect: 100-continue', `X-API-Key: ${key}`), '100 Continue')
  assert.match(await asked, /^HTTP\/1\.1 100 Continue/)
})

test('a body that breaks off is no fault of the application', async t => {
  const { url, faults, close } = await start(t)
  await speak(url, head('Expect: 100-continue', `X-API-Key: ${key}`), '100 Continue')
  await close(0)
  assert.deepEqual(faults, [])
})

test('what Node’s parser lets by is refused as in the gateway', async t => {
  const { url } = await start(t)
  for (const line of [
    'GET /ping#x HTTP/1.1',
    'GET /a/../ping HTTP/1.1',
    'GET //ping HTTP/1.1',
    'GET /%2e%2e/ping HTTP/1.1',
  ]) {
    const heard = await speak(url, `${line}\r\nHost: localhost\r\n\r\n`, 'callId')
    assert.match(heard, /^HTTP\/1\.1 400 /, line)
  }
})

test('it stops when the calls under way are answered', async t => {
  const begun = Promise.withResolvers<undefined>()
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const slow = api('GET /slow', { identify: anonymous, authorize: anyone }, () => {
    begun.resolve(undefined)
    return promise
  })
  const serving = await serve(await app({ operations: [slow] }), { port: 0 })
  t.after(() => serving.close(0))
  const answered = fetch(`${serving.url}/slow`)
  await begun.promise
  const closed = serving.close()
  resolve(undefined)
  assert.equal((await answered.catch(() => ({ status: 0 }))).status, 204)
  await closed
})

test('a body that is longer than it may be is a 413, also while more of it is on its way', async t => {
  const { url } = await start(t)
  const fields = `Host: localhost\r\nContent-Type: application/json\r\nX-API-Key: ${key}\r\nTransfer-Encoding: chunked`
  const chunk = 'x'.repeat(2 ** 20 + 1)
  const heard = await speak(
    url,
    `POST /echo HTTP/1.1\r\n${fields}\r\n\r\n${(2 * chunk.length).toString(16)}\r\n${chunk}`,
    'callId',
  )
  assert.match(heard, /^HTTP\/1\.1 413 /)
})

test('what can’t be read as a request is refused with an id, and recorded under it', async t => {
  const recorded: CallEvent[] = []
  const serving = await serve(await app({ operations: [ping], record: event => recorded.push(event) }), { port: 0 })
  t.after(() => serving.close(0))
  for (const bytes of [
    'GET /ping HTTP/1.1\r\nHost: a\r\nNo field\r\n\r\n',
    'GET /ping HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
  ]) {
    const heard = await speak(serving.url, bytes, 'callId')
    assert.match(heard, /^HTTP\/1\.1 4\d\d .*\r\nContent-Type: application\/problem\+json\r\n/s)
    assert.equal(JSON.parse(heard.slice(heard.indexOf('{'))).callId, recorded.at(-1)?.id)
  }
})
