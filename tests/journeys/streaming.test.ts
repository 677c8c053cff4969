import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { folderWith, type Up, up } from '../harness/command.ts'
import { forgetPeak, peakOf, residentOf } from '../harness/memory.ts'
import { openYaml } from '../harness/open.ts'

const MiB = 2 ** 20
/** SALLYPORT_STREAM_MIB=2048 is the size that the promise is made for. */
const size = Number(process.env.SALLYPORT_STREAM_MIB ?? 256) * MiB
const headroom = 50
const piece = Buffer.alloc(MiB / 4, 'x')

/** Writes so many bytes, never more at a time than the other side takes. */
async function pour(to: Socket | ServerResponse, bytes: number): Promise<void> {
  for (let left = bytes; left > 0; left -= piece.length) {
    if (!to.write(piece)) await once(to, 'drain')
  }
}

/** A backend that gives and takes any amount of bytes, and counts what it took. */
async function startReservoir(t: TestContext) {
  const taken = { bytes: 0 }
  const server = createServer({ requestTimeout: 0 }, async (request, response) => {
    for await (const chunk of request) taken.bytes += chunk.length
    if (request.method === 'GET') await pour(response.writeHead(200, { 'Content-Length': size }), size)
    response.end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, taken }
}

/** A gateway in a process of its own, and what it takes when it has nothing to do. */
async function start(t: TestContext, to: string): Promise<{ gateway: Up; idle: number }> {
  const yaml = openYaml({ to, gateway: 'management: 0, log: off, maxBody: 100GiB' })
  const gateway = await up(t, await folderWith(t, { 'sallyport.yaml': yaml }))
  for (let i = 0; i < 20; i++) await (await gateway.call('/.well-known/jwks.json')).arrayBuffer()
  const idle = await residentOf(gateway.pid)
  await forgetPeak(gateway.pid)
  return { gateway, idle }
}

async function open(url: string, head: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  await once(socket, 'connect')
  socket.write(head)
  return socket
}

async function requireSmall(t: TestContext, gateway: Up, idle: number, what: string): Promise<void> {
  const above = (await peakOf(gateway.pid)) - idle
  t.diagnostic(`${what} of ${size / MiB} MiB took ${above.toFixed(1)} MiB above ${idle.toFixed(1)} MiB`)
  assert.ok(above <= headroom, `${what} took ${above} MiB above idle`)
}

const skip = process.platform !== 'linux' && 'how much memory a process takes is read from /proc'

test('a download streams to a caller that reads slowly, in little memory', { skip }, async t => {
  const reservoir = await startReservoir(t)
  const { gateway, idle } = await start(t, reservoir.url)
  const socket = await open(gateway.url, 'GET /shop/all HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n')
  let received = 0
  for await (const chunk of socket) {
    received += chunk.length
    await turn()
  }
  assert.ok(received > size && received < size + 2000)
  await requireSmall(t, gateway, idle, 'a download')
})

for (const framing of [`Content-Length: ${size}`, 'Transfer-Encoding: chunked']) {
  test(`an upload with ${framing.split(':')[0]} streams to the backend, in little memory`, { skip }, async t => {
    const reservoir = await startReservoir(t)
    const { gateway, idle } = await start(t, reservoir.url)
    const head = `POST /shop/all HTTP/1.1\r\nHost: g\r\nConnection: close\r\n${framing}\r\n\r\n`
    const socket = await open(gateway.url, head)
    const answer = socket.toArray()
    if (framing.startsWith('Content-Length')) await pour(socket, size)
    else {
      const chunk = Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')])
      for (let left = size; left > 0; left -= piece.length) if (!socket.write(chunk)) await once(socket, 'drain')
      socket.write('0\r\n\r\n')
    }
    assert.match(Buffer.concat(await answer).toString('latin1'), /^HTTP\/1\.1 200 /)
    assert.equal(reservoir.taken.bytes, size)
    await requireSmall(t, gateway, idle, 'an upload')
  })
}
