import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { eventually } from '../harness/eventually.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { problemOf } from '../harness/problem.ts'
import { repliesIn, speak } from '../harness/raw.ts'
import { type Script, startSocketBackend } from '../harness/socket-backend.ts'

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

const requests = (heard: string) => heard.match(/^[A-Z]+ \/\S* HTTP\/1\.1\r$/gm)?.length ?? 0

/** Answers the first request of its first connection, and closes where the second one comes. */
const closesOnReuse: Script = (socket, heard, connection) => {
  if (connection > 0 || requests(heard) === 1) socket.write(ok)
  else socket.destroy()
}

test('a call that meets a closing connection is sent again, where sending it twice does no harm', async t => {
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']) {
    const backend = await startSocketBackend(t, (socket, heard, connection) =>
      method === 'HEAD' && connection > 0
        ? void socket.write('HTTP/1.1 200 OK\r\n\r\n')
        : closesOnReuse(socket, heard, connection),
    )
    const gateway = await startGateway(t, openYaml({ to: backend.url }))
    assert.equal((await gateway.call('/shop/first')).status, 200)
    const init = method === 'PUT' ? { method, body: 'all of it' } : { method }
    assert.equal((await gateway.call('/shop/second', init)).status, 200, method)
    assert.equal(backend.sockets.length, 2)
    assert.ok(backend.heard(1).startsWith(`${method} /second`))
    if (method === 'PUT') assert.ok(backend.heard(1).endsWith('all of it'))
  }
})

test('a call that may do something twice is never sent twice: 502', async t => {
  for (const method of ['POST', 'PATCH']) {
    const backend = await startSocketBackend(t, closesOnReuse)
    const gateway = await startGateway(t, openYaml({ to: backend.url }))
    assert.equal((await gateway.call('/shop/first')).status, 200)
    const response = await gateway.call('/shop/second', { method, body: 'once' })
    assert.equal((await problemOf(response)).code, 'upstream-broken')
    assert.equal(backend.sockets.length, 1)
    assert.equal((await gateway.call('/shop/third', { method, body: 'x' })).status, 200, 'the next one has a new one')
  }
})

test('a connection that was closed while nobody used it is not used: nothing was written, so any call passes', async t => {
  const backend = await startSocketBackend(t, socket => socket.write(ok))
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  assert.equal((await gateway.call('/shop/first')).status, 200)
  backend.sockets[0]?.end()
  await eventually('the gateway closes its side', () => backend.sockets[0]?.closed === true)
  assert.equal((await gateway.call('/shop/second', { method: 'POST', body: 'x' })).status, 200)
  assert.deepEqual([requests(backend.heard(0)), requests(backend.heard(1))], [1, 1])
})

test('a call is sent again once at the most', async t => {
  const backend = await startSocketBackend(t, socket => void socket.destroy())
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  assert.equal((await gateway.call('/shop/items')).status, 502)
  assert.equal(backend.sockets.length, 2)
})

/** A port that nobody listens on. */
async function deadPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

test('an upstream that is down is a 502, in the usual form, and works again once it is up', async t => {
  const port = await deadPort()
  const gateway = await startGateway(t, openYaml({ to: `http://127.0.0.1:${port}` }))
  for (const method of ['GET', 'POST']) {
    const response = await gateway.call('/shop/items', { method })
    assert.equal(response.status, 502)
    const text = await response.clone().text()
    assert.equal((await problemOf(response)).code, 'upstream-unreachable')
    assert.ok(!text.includes(String(port)) && !text.includes('ECONNREFUSED'), 'whose address stays inside')
    assert.match(gateway.events.at(-1)?.refusal?.reason ?? '', /ECONNREFUSED/)
  }
  const server = createServer(socket => socket.end(ok))
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  t.after(() => server.close())
  assert.equal((await gateway.call('/shop/items')).status, 200)
})

test('connections are kept and used again, and no more are made than the rule allows', async t => {
  const backend = await startSocketBackend(t, (socket, heard) => {
    if (heard.includes('\r\n\r\n')) setImmediate(() => socket.write(ok))
  })
  const gateway = await startGateway(t, openYaml({ to: backend.url, forward: 'connections: 2' }))
  for (let i = 0; i < 3; i++) assert.equal((await gateway.call('/shop/items')).status, 200)
  assert.equal(backend.sockets.length, 1)
  const many = await Promise.all(Array.from({ length: 10 }, () => gateway.call('/shop/items')))
  assert.deepEqual(new Set(many.map(({ status }) => status)), new Set([200]))
  assert.equal(backend.sockets.length, 2)
})

test('the upstream is asked under its own host name, below its own path', async t => {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, openYaml({ to: `${backend.url}/base/` }))
  await gateway.call('/shop/items?q=1')
  await gateway.call('/shop/')
  assert.deepEqual(
    backend.received.map(({ url }) => url),
    ['/base/items?q=1', '/base/'],
  )
})

test('after a body that its method gives no meaning to, neither connection is used again', async t => {
  const backend = await startSocketBackend(t, socket => void socket.write(ok))
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n'
  const head = `GET /shop/items HTTP/1.1\r\nHost: gateway.example\r\nContent-Length: ${smuggled.length}\r\n\r\n`
  const [reply, more] = repliesIn(await speak(gateway.url, head + smuggled))
  assert.deepEqual([reply?.status, more], [200, undefined])
  assert.match(backend.heard(0), /\r\nconnection: close\r\n/i)
  assert.equal((await gateway.call('/shop/other')).status, 200)
  assert.equal(backend.sockets.length, 2)
})

test('connections to an upstream that no rule names any longer are closed in time', async t => {
  const backend = await startSocketBackend(t, socket => void socket.write(ok))
  const [second, third] = [await startBackend(t), await startBackend(t)]
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  assert.equal((await gateway.call('/shop/items')).status, 200)
  for (const { url } of [second, third]) {
    await gateway.change('sallyport.yaml', openYaml({ to: url }))
    assert.equal((await gateway.call('/shop/items')).status, 200)
    if (url === second.url) assert.equal(backend.sockets[0]?.closed, false)
    gateway.clock.advance(601_000)
  }
  await eventually('the first is closed', () => backend.sockets[0]?.closed === true)
})
