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

test('what cannot be read after a call under way does not answer in its place, but after it', async t => {
  const backend = await startSocketBackend(t, () => undefined)
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  const unreadable = { 'nonsense\r\n\r\n': 400, 'CONNECT other.example:443 HTTP/1.1\r\n\r\n': 501 }
  for (const [connection, [nonsense, status]] of Object.entries(unreadable).entries()) {
    const kept = await keep(gateway.url, get('/shop/first') + nonsense)
    await eventually('the first is under way', () => backend.heard(connection).includes('/first'))
    backend.sockets[connection]?.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nfirst')
    await once(kept.socket, 'close')
    const [reply, refusal, more] = repliesIn(Buffer.from(kept.heard(), 'latin1'))
    assert.deepEqual([reply?.status, reply?.body], [200, 'first'])
    assert.deepEqual([refusal?.status, fieldOf(refusal, 'connection'), more], [status, ['close'], undefined])
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

test('however many calls are sent ahead, each is answered in its turn', async t => {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  const targets = Array.from({ length: 500 }, (_, i) => `/shop/${i}`)
  const said = await speak(gateway.url, targets.map(target => get(target)).join('') + last('/shop/last'))
  assert.deepEqual(
    repliesIn(said).map(({ status }) => status),
    [...targets, '/shop/last'].map(() => 200),
  )
  assert.deepEqual(
    backend.received.map(({ url }) => `/shop${url}`),
    [...targets, '/shop/last'],
  )
})

test('a client that sends far ahead while its call is under way is held up', async t => {
  const backend = await startSocketBackend(t, () => undefined)
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  const kept = await keep(gateway.url, get('/shop/first'))
  await eventually('the first is under way', () => backend.heard(0).includes('/first'))
  const call = get('/shop/ahead', `X-Padding: ${'x'.repeat(15_000)}`)
  for (let i = 0; i < 1_000; i++) kept.socket.write(call)
  for (let i = 0; i < 10; i++) await gateway.call('/nowhere')
  const { writableLength } = kept.socket
  assert.ok(writableLength > 4 * 2 ** 20, `${writableLength} bytes were not taken off the client`)
  assert.deepEqual([backend.sockets.length, backend.heard(0).includes('/ahead')], [1, false])
  kept.socket.destroy()
})

test('a client that goes away is known to be gone, though it has sent a call ahead', async t => {
  const backend = await startSocketBackend(t, () => undefined)
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  const kept = await keep(gateway.url, get('/shop/first') + get('/shop/second'))
  await eventually('the first is under way', () => backend.heard(0).includes('/first'))
  kept.socket.destroy()
  await eventually('the call under way is given up', () => {
    gateway.clock.advance(100)
    return gateway.events.some(({ path }) => path === '/shop/first')
  })
  const outcomes = gateway.events.filter(({ path }) => path?.startsWith('/shop/')).map(({ outcome }) => outcome)
  assert.deepEqual(outcomes, ['abandoned'])
  assert.ok(!backend.heard(0).includes('/second'))
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
