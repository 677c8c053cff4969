import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { folderWith, sallyport, up } from '../harness/command.ts'
import { eventually } from '../harness/eventually.ts'

const yaml = (to: string) => `
sallyport: 1
gateway: { http: 0, management: 0 }
apis:
  shop: { path: /shop, identify: anonymous, authorize: anyone, forward: { to: "${to}" } }
`

const stopping = 'SIGTERM: no more calls are taken; those under way end\n'

async function isRefused(url: string): Promise<boolean> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  const refused = await once(socket, 'connect').then(
    () => false,
    error => error.code === 'ECONNREFUSED',
  )
  socket.destroy()
  return refused
}

test('told to stop, it lets the call under way end, takes no new connection, writes all down and exits with 0', async t => {
  const arrived = Promise.withResolvers<() => void>()
  const backend = await startBackend(t, (_, response) => arrived.resolve(() => response.end('at last')))
  const folder = await folderWith(t, { 'sallyport.yaml': yaml(backend.url) })
  const gateway = await up(t, folder)
  const slow = gateway.call('/shop/slow')
  const release = await arrived.promise

  gateway.signal('SIGTERM')
  await gateway.err.said(stopping)
  await eventually('new connections are refused', () => isRefused(gateway.url))

  release()
  const answer = await slow
  assert.deepEqual([answer.status, await answer.text()], [200, 'at last'])
  assert.equal(await gateway.ended, 0)
  const [line = ''] = gateway.out.text.split('\n').filter(text => text.includes('"msg":"call"'))
  assert.equal(JSON.parse(line).id, answer.headers.get('sallyport-call-id'))
  assert.equal(gateway.err.text, stopping)
})

test('a second signal ends it at once, whatever is under way', async t => {
  const arrived = Promise.withResolvers<void>()
  const backend = await startBackend(t, () => arrived.resolve())
  const folder = await folderWith(t, { 'sallyport.yaml': yaml(backend.url) })
  const gateway = await up(t, folder)
  const cut = assert.rejects(gateway.call('/shop/slow'))
  await arrived.promise
  gateway.signal('SIGINT')
  await gateway.err.said('SIGINT: no more calls are taken')
  gateway.signal('SIGINT')
  assert.equal(await gateway.ended, 1)
  await cut
})

test('where a port is taken, up says which and what to do, and exits with 1', async t => {
  const other = createServer().listen(0, '127.0.0.1')
  t.after(() => other.close())
  await once(other, 'listening')
  const address = other.address()
  assert.ok(address !== null && typeof address === 'object')
  const taken = `gateway: { http: ${address.port} }`
  const folder = await folderWith(t, { 'sallyport.yaml': yaml('http://127.0.0.1:1'), 'taken.yaml': taken })
  const { status, out, err } = await sallyport(folder, ['up', '-c', 'sallyport.yaml', '-c', 'taken.yaml'])
  assert.deepEqual([status, out], [1, ''])
  assert.match(err, new RegExp(`^sallyport: .*127\\.0\\.0\\.1:${address.port}: stop what listens there, or choose`))
})
