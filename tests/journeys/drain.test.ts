import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { eventually } from '../harness/eventually.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { fieldOf, keep, repliesIn } from '../harness/raw.ts'
import { startSocketBackend } from '../harness/socket-backend.ts'

const get = (target: string) => `GET ${target} HTTP/1.1\r\nHost: gateway.example\r\n\r\n`
const long = 60_000

test('closing lets calls under way end, takes no new ones, and waits for nobody who is silent', async t => {
  const backend = await startSocketBackend(t, () => undefined)
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  const silent = connect(Number(new URL(gateway.url).port), '127.0.0.1')
  await once(silent, 'connect')
  const done = await keep(gateway.url, get('/nowhere'))
  await eventually('it is answered', () => done.heard().includes('callId'))
  const waiting = await keep(gateway.url, get('/shop/waiting'))
  const streaming = await keep(gateway.url, get('/shop/streaming'))
  await eventually('both are under way', () => backend.sockets.length === 2)
  const [first, second] = backend.heard(0).includes('/waiting') ? [0, 1] : [1, 0]
  backend.sockets[second]?.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nbegin')
  await eventually('one has begun to answer', () => streaming.heard().endsWith('begin'))

  let closed = false
  const closing = gateway.running.close(long).then(() => {
    closed = true
  })
  await Promise.all([once(silent, 'close'), once(done.socket, 'close')])
  await assert.rejects(gateway.call('/shop/new'))
  assert.equal(closed, false)
  backend.sockets[first]?.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
  await once(waiting.socket, 'close')
  const [reply] = repliesIn(Buffer.from(waiting.heard(), 'latin1'))
  assert.deepEqual([reply?.body, fieldOf(reply, 'connection')], ['ok', ['close']])
  backend.sockets[second]?.write('endof')
  await closing
  await eventually('the other one is whole too', () => streaming.heard().endsWith('beginendof'))
  assert.deepEqual(new Set(gateway.events.map(({ outcome }) => outcome)), new Set(['answered', 'refused']))
})

test('what takes longer than the grace is cut, and recorded', async t => {
  const backend = await startSocketBackend(t, () => undefined)
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  const waiting = await keep(gateway.url, get('/shop/waiting'))
  const refused = await keep(gateway.url, 'POST /nowhere HTTP/1.1\r\nHost: g\r\nContent-Length: 1000000\r\n\r\n')
  await eventually('it is under way', () => backend.heard(0).includes('/waiting'))
  await eventually('the other is refused', () => refused.heard().includes('callId'))
  await gateway.running.close(0)
  assert.ok(waiting.socket.destroyed || (await once(waiting.socket, 'close')))
  await eventually('it is recorded', () => gateway.events.some(({ path }) => path === '/shop/waiting'))
  assert.equal(gateway.events.find(({ path }) => path === '/shop/waiting')?.outcome, 'abandoned')
})

test('a reload drops no call: those under way end under the rules that they began with', async t => {
  const slow = await startSocketBackend(t, (socket, heard) => {
    if (!heard.includes('/slow')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nold')
  })
  const next = await startBackend(t, (_, response) => response.end('new'))
  const gateway = await startGateway(t, openYaml({ to: slow.url }))
  const waiting = await keep(gateway.url, get('/shop/slow'))
  await eventually('it is under way', () => slow.heard(0).includes('/slow'))

  const answers: string[] = []
  const failures: unknown[] = []
  let stop = false
  t.after(() => {
    stop = true
  })
  const calls = Array.from({ length: 4 }, async () => {
    while (!stop) {
      const response = await gateway.call('/shop/items').catch(error => failures.push(error))
      if (response instanceof Response) answers.push(`${response.status} ${await response.text()}`)
    }
  })
  for (let i = 0; i < 3; i++) {
    const [from, to] = [answers.length, i % 2 === 0 ? next.url : slow.url]
    await eventually('calls go on', () => answers.length > from + 5)
    await gateway.change('sallyport.yaml', openYaml({ to }))
    assert.deepEqual(gateway.reloads.at(-1), [])
    const wanted = i % 2 === 0 ? '200 new' : '200 old'
    await eventually('the new rules hold', () => answers.slice(-8).every(answer => answer === wanted))
  }
  await gateway.change('sallyport.yaml', openYaml({ to: 'http://example.com' }))
  assert.equal(gateway.reloads.at(-1)?.length, 1, 'a bad change is reported')
  assert.equal((await gateway.call('/shop/items')).status, 200, 'and changes nothing')
  stop = true
  await Promise.all(calls)
  assert.deepEqual(failures, [])
  assert.deepEqual(new Set(answers), new Set(['200 old', '200 new']))
  slow.sockets[0]?.write('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nold')
  await eventually('the first call is answered', () => waiting.heard().endsWith('old'))
})
