import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { eventually } from '../harness/eventually.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { fieldOf, keep, repliesIn, speak } from '../harness/raw.ts'
import { startSocketBackend } from '../harness/socket-backend.ts'

const get = (target: string, ...fields: readonly string[]) =>
  [`GET ${target} HTTP/1.1`, 'Host: gateway.example', ...fields].join('\r\n').concat('\r\n\r\n')
const last = (target: string) => get(target, 'Connection: close')

test('calls that are sent ahead are answered in their order, one after the other', async t => {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  const order = ['/shop/a', '/nowhere', '/shop/b', '/shop/c']
  const said = await speak(gateway.url, order.map(target => get(target)).join('') + last('/shop/d'))
  const replies = repliesIn(said)
  assert.deepEqual(
    replies.map(({ status }) => status),
    [200, 404, 200, 200, 200],
  )
  assert.deepEqual(
    backend.received.map(({ url }) => url),
    ['/a', '/b', '/c', '/d'],
  )
  assert.deepEqual(
    replies.flatMap(reply => fieldOf(reply, 'sallyport-call-id')),
    gateway.events.map(({ id }) => id),
  )
})

test('a call that was sent ahead is not begun before the one before it is over', async t => {
  const backend = await startSocketBackend(t, () => undefined)
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  const kept = await keep(gateway.url, get('/shop/first') + last('/shop/second'))
  await eventually('the first is under way', () => backend.heard(0).includes('/first'))
  assert.equal(backend.sockets.length, 1)
  assert.ok(!backend.heard(0).includes('/second'))
  backend.sockets[0]?.write('HTTP/1.1 204 No Content\r\n\r\n')
  await eventually('the second follows', () => backend.heard(0).includes('/second'))
  backend.sockets[0]?.write('HTTP/1.1 204 No Content\r\n\r\n')
  await once(kept.socket, 'close')
  assert.equal(repliesIn(Buffer.from(kept.heard(), 'latin1')).length, 2)
})

test('what cannot be read after a call under way does not answer in its place', async t => {
  const backend = await startSocketBackend(t, () => undefined)
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  for (const [connection, nonsense] of ['nonsense\r\n\r\n', 'CONNECT other.example:443 HTTP/1.1\r\n\r\n'].entries()) {
    const kept = await keep(gateway.url, get('/shop/first') + nonsense)
    await eventually('the first is under way', () => backend.heard(connection).includes('/first'))
    backend.sockets[connection]?.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nfirst')
    await once(kept.socket, 'close')
    const [reply, more] = repliesIn(Buffer.from(kept.heard(), 'latin1'))
    assert.deepEqual([reply?.status, reply?.body, more], [200, 'first', undefined])
    assert.deepEqual(fieldOf(reply, 'connection'), ['close'])
  }
})

test('nothing after a refused upload is taken for a call', async t => {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, openYaml({ to: backend.url, api: ['admit: { maxBody: 10B }'] }))
  const upload = 'POST /shop/items HTTP/1.1\r\nHost: gateway.example\r\nContent-Length: 200000\r\n\r\n'
  const said = await speak(gateway.url, upload + 'x'.repeat(50_000), get('/shop/smuggled'), last('/shop/smuggled'))
  assert.deepEqual(
    repliesIn(said).map(({ status }) => status),
    [413],
  )
  assert.equal(backend.received.length, 0)
})

test('a client that sends far more ahead than it may is cut off', async t => {
  const backend = await startSocketBackend(t, () => undefined)
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  assert.equal((await speak(gateway.url, get('/shop/items').repeat(100))).length, 0)
  await eventually('the call under way is given up', () => {
    gateway.clock.advance(100)
    return gateway.events.length === 1
  })
  assert.equal(gateway.events[0]?.outcome, 'abandoned')
})

test('protocols are not changed, tunnels not opened and nothing is echoed: 501 in the usual form, and the end', async t => {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  const refused: Readonly<Record<string, string>> = {
    [get('/shop/items', 'Connection: Upgrade', 'Upgrade: websocket')]: 'upgrade-unsupported',
    [get('/shop/items', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk')]:
      'upgrade-unsupported',
    'TRACE /shop/items HTTP/1.1\r\nHost: gateway.example\r\n\r\n': 'method-unsupported',
    'CONNECT shop.example:443 HTTP/1.1\r\nHost: shop.example:443\r\n\r\n': 'method-unsupported',
  }
  for (const [request, code] of Object.entries(refused)) {
    const [reply, more] = repliesIn(await speak(gateway.url, request, last('/shop/items')))
    assert.deepEqual([reply?.status, more], [501, undefined], request)
    const document = JSON.parse(reply?.body ?? '')
    assert.deepEqual([document.code, fieldOf(reply, 'sallyport-call-id')], [code, [document.callId]])
    assert.equal(gateway.events.at(-1)?.id, document.callId)
  }
  const preface = await speak(gateway.url, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
  assert.doesNotMatch(preface.toString('latin1'), /^HTTP\/1\.1 2/)
  assert.equal(backend.received.length, 0)
})
