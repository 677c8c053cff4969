import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { eventually } from '../harness/eventually.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { fieldOf, keep, repliesIn, speak } from '../harness/raw.ts'
import { startSocketBackend } from '../harness/socket-backend.ts'
import { testIssuer } from '../harness/tokens.ts'
import { warehouseYaml } from '../harness/warehouse.ts'

const post = (path: string, ...fields: readonly string[]) =>
  [`POST ${path} HTTP/1.1`, 'Host: gateway.example', ...fields].join('\r\n').concat('\r\n\r\n')

const MiB = 2 ** 20

test('a client that waits for 100 is told to go on only when its call was let by', async t => {
  const backend = await startBackend(t)
  const issuer = await testIssuer()
  const gateway = await startGateway(t, warehouseYaml(backend.url), { files: { 'jwks.json': issuer.jwks } })
  const order = async (scope: string) => {
    const authorization = `Authorization: Bearer ${await issuer.token({ scope })}`
    return post('/warehouse/orders', authorization, 'Expect: 100-continue', 'Content-Length: 5', 'Connection: close')
  }
  const [refused, more] = repliesIn(await speak(gateway.url, await order('list_items')))
  assert.deepEqual([refused?.status, more], [403, undefined])
  assert.equal(backend.received.length, 0)

  const allowed = await keep(gateway.url, await order('order_item'))
  await eventually('it is told to go on', () => allowed.heard() === 'HTTP/1.1 100 Continue\r\n\r\n')
  allowed.socket.write('hello')
  await once(allowed.socket, 'close')
  const replies = repliesIn(Buffer.from(allowed.heard(), 'latin1'))
  assert.deepEqual(
    replies.map(({ status }) => status),
    [100, 200],
  )
  assert.equal(backend.received[0]?.body.toString(), 'hello')
})

test('a refused upload is not read, and the client still gets its answer', async t => {
  const backend = await startBackend(t)
  const issuer = await testIssuer()
  const gateway = await startGateway(t, warehouseYaml(backend.url), { files: { 'jwks.json': issuer.jwks } })
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
  const heard: Buffer[] = []
  socket.on('data', chunk => heard.push(chunk))
  socket.on('error', () => undefined)
  const size = 9 * MiB
  socket.write(post('/warehouse/orders', `Content-Length: ${size}`))
  socket.write(Buffer.alloc(size))
  await once(socket, 'end')
  const unsent = socket.writableLength
  const [reply, more] = repliesIn(Buffer.concat(heard))
  assert.deepEqual([reply?.status, more], [401, undefined])
  assert.deepEqual(fieldOf(reply, 'connection'), ['close'])
  assert.deepEqual([gateway.events[0]?.bytesIn, gateway.events[0]?.outcome], [0, 'refused'])
  assert.ok(unsent > MiB, `${unsent} bytes of ${size} were never taken off the client`)
  assert.deepEqual(backend.received, [])
})

test('a connection goes on after a refusal where the whole of the body has come', async t => {
  const backend = await startBackend(t)
  const issuer = await testIssuer()
  const gateway = await startGateway(t, warehouseYaml(backend.url), { files: { 'jwks.json': issuer.jwks } })
  const two = `${post('/warehouse/orders', 'Content-Length: 5')}hello`
  const last = `${post('/warehouse/orders', 'Content-Length: 2', 'Connection: close')}ok`
  const replies = repliesIn(await speak(gateway.url, two, last))
  assert.deepEqual(
    replies.map(({ status }) => status),
    [401, 401],
  )
})

test('a body that stops being readable halfway is a 400, and the backend takes nothing for whole', async t => {
  const backend = await startSocketBackend(t, () => undefined)
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  const kept = await keep(gateway.url, `${post('/shop/items', 'Transfer-Encoding: chunked')}5\r\nhello\r\n`)
  await eventually('the backend got the first chunk', () => backend.heard(0).includes('hello'))
  kept.socket.write('nonsense\r\n')
  await once(kept.socket, 'close')
  const [reply, more] = repliesIn(Buffer.from(kept.heard(), 'latin1'))
  assert.deepEqual([reply?.status, more], [400, undefined])
  assert.equal(JSON.parse(reply?.body ?? '').code, 'request-malformed')
  assert.equal(gateway.events.filter(({ path }) => path !== '/.well-known/jwks.json').length, 1)
  await eventually('the backend is cut off', () => backend.sockets[0]?.destroyed === true)
  assert.ok(!backend.heard(0).includes('\r\n0\r\n'))
})

test('an upstream that answers before the upload has ended is heard, and the rest is not read', async t => {
  const answer = 'HTTP/1.1 422 Unprocessable Content\r\nContent-Length: 8\r\n\r\ntoo much'
  const backend = await startSocketBackend(t, (socket, heard) => {
    if (heard.length > 70_000 && socket.writable) socket.end(answer)
  })
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  const size = 9 * MiB
  const said = await speak(gateway.url, post('/shop/items', `Content-Length: ${size}`), Buffer.alloc(size))
  const [reply, more] = repliesIn(said)
  assert.deepEqual([reply?.status, reply?.body, more], [422, 'too much', undefined])
  const response = await gateway.call('/shop/items', { method: 'POST', body: 'x'.repeat(80_000) })
  assert.equal(response.status, 422, 'the gateway goes on')
})
