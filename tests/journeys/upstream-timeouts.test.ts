import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../harness/eventually.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { problemOf } from '../harness/problem.ts'
import { keep } from '../harness/raw.ts'
import { startSocketBackend } from '../harness/socket-backend.ts'

const timed = (to: string, timeouts: string, more = '') => openYaml({ to, forward: `timeouts: { ${timeouts} }${more}` })

const head = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n'
const silent = () => undefined

test('[A40] a backend that does not answer in time is a 504, just after the time that was set', async t => {
  const backend = await startSocketBackend(t, silent)
  const gateway = await startGateway(t, timed(backend.url, 'headers: 1s'))
  const call = gateway.call('/shop/items')
  await eventually('the backend was asked', () => backend.heard(0).includes('\r\n\r\n'))
  gateway.clock.advance(1000)
  assert.equal(gateway.events.length, 0, 'not before the second is over')
  gateway.clock.advance(1)
  const response = await call
  assert.equal(response.status, 504)
  assert.equal((await problemOf(response)).code, 'upstream-timeout')
  const [event] = gateway.events
  assert.deepEqual([event?.status, event?.refusal?.stage, event?.totalMs], [504, 'forward', 1001])
  await eventually('the backend is let go', () => backend.sockets[0]?.destroyed === true)
})

test('[A40] a connection that is not made in time is a 504', async t => {
  // It accepts and then never says a word of TLS, so the connection is not there yet.
  const backend = await startSocketBackend(t, silent)
  const to = backend.url.replace('http:', 'https:')
  const gateway = await startGateway(t, timed(to, 'connect: 2s'))
  const call = gateway.call('/shop/items')
  await eventually('the gateway said hello', () => backend.heard(0) !== '')
  gateway.clock.advance(2001)
  const response = await call
  assert.equal((await problemOf(response)).code, 'upstream-timeout')
  assert.match(gateway.events[0]?.refusal?.reason ?? '', /the connection took more than 2000 ms/)
})

test('[A40] an answer whose body stops coming breaks off, so that nobody takes it for whole', async t => {
  const backend = await startSocketBackend(t, socket => socket.write(`${head}begin`))
  const gateway = await startGateway(t, timed(backend.url, 'headers: 1s, body: 3s'))
  const response = await gateway.call('/shop/items')
  assert.equal(response.status, 200)
  gateway.clock.advance(2999)
  gateway.clock.advance(2)
  await assert.rejects(response.text())
  await eventually('it is recorded', () => gateway.events.length === 1)
  const [event] = gateway.events
  assert.deepEqual([event?.outcome, event?.refusal?.code], ['failed', 'upstream-broken'])
  assert.match(event?.refusal?.reason ?? '', /the next piece of the answer took more than 3000 ms/)
})

test('[A40] an answer that keeps coming in small pieces ends with the time for the whole exchange', async t => {
  const backend = await startSocketBackend(t, socket => socket.write(`${head}b`))
  const gateway = await startGateway(t, timed(backend.url, 'body: 3s, whole: 5s'))
  const response = await gateway.call('/shop/items')
  const reader = response.body?.getReader()
  await reader?.read()
  for (let i = 0; i < 2; i++) {
    gateway.clock.advance(2400)
    backend.sockets[0]?.write('x')
    await reader?.read()
  }
  assert.equal(gateway.events.length, 0)
  gateway.clock.advance(300)
  await assert.rejects(async () => reader?.read())
  assert.match(gateway.events[0]?.refusal?.reason ?? '', /the whole exchange took more than 5000 ms/)
})

const get = (target: string) => `GET ${target} HTTP/1.1\r\nHost: gateway.example\r\n\r\n`

test('a call that waits for a free connection waits no longer than for an answer, and leaves the queue', async t => {
  const backend = await startSocketBackend(t, silent)
  const gateway = await startGateway(t, timed(backend.url, 'headers: 1s, whole: 10s', ', connections: 1'))
  const first = await keep(gateway.url, get('/shop/first'))
  await eventually('the backend was asked', () => backend.heard(0) !== '')
  gateway.clock.advance(600)
  const second = await keep(gateway.url, get('/shop/second'))
  const third = await keep(gateway.url, get('/shop/third'))
  third.socket.destroy()
  await eventually('the caller that went away is noticed', () => {
    gateway.clock.advance(1)
    return gateway.events.some(({ path, outcome }) => path === '/shop/third' && outcome === 'abandoned')
  })
  gateway.clock.advance(401)
  await eventually('the first is answered', () => first.heard().startsWith('HTTP/1.1 504 '))
  await eventually('its place goes to the second', () => backend.heard(1).includes('/second'))
  gateway.clock.advance(1001)
  await eventually('the second is answered', () => second.heard().startsWith('HTTP/1.1 504 '))
  assert.equal(backend.sockets.length, 2)
})
