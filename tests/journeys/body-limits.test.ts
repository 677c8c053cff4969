import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { eventually } from '../harness/eventually.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { repliesIn, speak } from '../harness/raw.ts'
import { startSocketBackend } from '../harness/socket-backend.ts'

const post = (path: string, ...fields: readonly string[]) =>
  [`POST ${path} HTTP/1.1`, 'Host: gateway.example', ...fields].join('\r\n').concat('\r\n\r\n')

test('a body over the limit is a 413, announced or not, and no more of it than the limit is let by', async t => {
  const backend = await startSocketBackend(t, () => undefined)
  const gateway = await startGateway(t, openYaml({ to: backend.url, api: ['admit: { maxBody: 1KiB }'] }))
  const announced = post('/shop/items', 'Content-Length: 1025', 'Expect: 100-continue')
  const [early, more] = repliesIn(await speak(gateway.url, announced))
  assert.deepEqual([early?.status, more], [413, undefined])
  assert.equal(backend.sockets.length, 0)

  const chunk = `100\r\n${'x'.repeat(256)}\r\n`
  const chunked = post('/shop/items', 'Transfer-Encoding: chunked') + chunk.repeat(5)
  const [late] = repliesIn(await speak(gateway.url, chunked))
  assert.equal(late?.status, 413)
  assert.equal(JSON.parse(late.body).code, 'body-too-large')
  await eventually('the backend is cut off', () => backend.sockets[0]?.destroyed === true)
  assert.ok(!backend.heard(0).includes('\r\n0\r\n'), 'so that it takes nothing for a whole request')
})

test('a body of exactly the limit passes, announced or in chunks', async t => {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, openYaml({ to: backend.url, api: ['admit: { maxBody: 1KiB }'] }))
  const body = 'x'.repeat(1024)
  const announced = post('/shop/items', 'Content-Length: 1024') + body
  const chunked = `${post('/shop/items', 'Transfer-Encoding: chunked', 'Connection: close')}400\r\n${body}\r\n0\r\n\r\n`
  const replies = repliesIn(await speak(gateway.url, announced, chunked))
  assert.deepEqual(
    replies.map(({ status }) => status),
    [200, 200],
  )
  assert.deepEqual(
    backend.received.map(received => received.body.length),
    [1024, 1024],
  )
  assert.deepEqual(
    gateway.events.map(({ bytesIn }) => bytesIn),
    [1024, 1024],
  )
})

test('an empty body passes as one, whichever way it says so', async t => {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  const announced = post('/shop/items', 'Content-Length: 0')
  const chunked = `${post('/shop/items', 'Transfer-Encoding: chunked')}0\r\n\r\n`
  const neither = post('/shop/items', 'Connection: close')
  const replies = repliesIn(await speak(gateway.url, announced, chunked, neither))
  assert.deepEqual(
    replies.map(({ status }) => status),
    [200, 200, 200],
  )
  assert.deepEqual(
    backend.received.map(received => received.body.length),
    [0, 0, 0],
  )
})
