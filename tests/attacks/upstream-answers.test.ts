import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { startBackend } from '../harness/backend.ts'
import { eventually } from '../harness/eventually.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { repliesIn, speak } from '../harness/raw.ts'
import { startSocketBackend } from '../harness/socket-backend.ts'

const evil = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil'

/** What a caller gets who calls twice on one connection, of an upstream that answers the first call so. */
async function twice(t: TestContext, answer: string) {
  const backend = await startSocketBackend(t, (socket, heard) => {
    if (heard.includes('GET /second ')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood')
    else if (heard.includes('GET /first ')) socket.write(Buffer.from(answer, 'latin1'))
  })
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  const call = (path: string, more = '') => `GET /shop/${path} HTTP/1.1\r\nHost: g\r\n${more}\r\n`
  const bytes = await speak(gateway.url, call('first') + call('second', 'Connection: close\r\n'))
  return { replies: repliesIn(bytes).map(({ status, body }) => [status, body] as const), bytes, backend }
}

test('an answer behind an answer, in the same bytes, reaches nobody, and its connection is not used again', async t => {
  const nested = `HTTP/1.1 200 OK\r\nContent-Length: ${evil.length}\r\n\r\n${evil}`
  const first = {
    counted: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    chunked: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
  }
  for (const answer of [first.counted + nested, first.chunked + nested, first.counted + evil]) {
    const { replies, bytes, backend } = await twice(t, answer)
    assert.deepEqual(replies, [
      [200, 'ok'],
      [200, 'good'],
    ])
    assert.ok(!bytes.includes('evil'))
    assert.equal(backend.sockets.length, 2)
  }
})

test('an interim answer behind a final one holds nothing up', async t => {
  const { replies } = await twice(t, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 103 Early Hints\r\n\r\n')
  assert.deepEqual(replies, [
    [200, 'ok'],
    [200, 'good'],
  ])
})

test('a status below 100 and a transfer coding that nobody undoes are a 502, and nothing of the answer leaves', async t => {
  const answers = [
    'HTTP/1.1 099 X\r\nContent-Length: 4\r\n\r\nevilHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    'HTTP/1.1 000 X\r\nContent-Length: 4\r\n\r\nevilHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nevil',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n4\r\nevil\r\n0\r\n\r\n',
  ]
  for (const answer of answers) {
    const { replies, bytes } = await twice(t, answer)
    assert.deepEqual(
      replies.map(([status]) => status),
      [502, 200],
      answer,
    )
    assert.ok(!bytes.includes('evil'), answer)
  }
})

test('a body in chunks of one byte comes whole', async t => {
  const text = 'many small chunks '.repeat(500)
  const chunks = [...text].map(character => `1\r\n${character}\r\n`).join('')
  const { replies } = await twice(t, `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`)
  assert.deepEqual(replies, [
    [200, text],
    [200, 'good'],
  ])
})

test('a caller that resets its connection right after its call is counted and recorded under its address', async t => {
  const backend = await startSocketBackend(
    t,
    socket => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
  )
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  const { hostname, port } = new URL(gateway.url)
  const socket = connect(Number(port), hostname, () => {
    socket.write('POST /shop/x HTTP/1.1\r\nHost: g\r\nContent-Length: 2\r\n\r\nhi')
    socket.resetAndDestroy()
  })
  await eventually('it is recorded', () => gateway.events.length === 1)
  assert.equal(gateway.events[0]?.ip, '127.0.0.1')
})

test('calls that closing cuts off stand in the ring', async t => {
  const backend = await startSocketBackend(t, () => undefined)
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  const calls = Array.from({ length: 5 }, () => gateway.call('/shop/items').catch(() => undefined))
  await eventually('they wait for the upstream', () => backend.sockets.length === 5)
  await gateway.running.close(0)
  await Promise.all(calls)
  const folder = join(gateway.folder, 'data', 'calls')
  const files = await Promise.all((await readdir(folder)).map(name => readFile(join(folder, name), 'utf8')))
  assert.equal(files.join('').match(/^\{"id"/gm)?.length, 5)
})

test('what was true of the body in its coding does not leave with the body without it', async t => {
  const told = { 'Content-Digest': 'sha-256=:AA==:', 'Repr-Digest': 'sha-256=:AA==:', Digest: 'x', 'Content-MD5': 'x' }
  const backend = await startBackend(t, (_, response) => {
    const type = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip', 'Accept-Ranges': 'bytes' }
    response.writeHead(200, { ...type, ...told }).end(gzipSync('{}'))
  })
  const rule = 'protect: { body: ./any.json }'
  const gateway = await startGateway(t, openYaml({ to: backend.url, api: [rule] }), { files: { 'any.json': 'true' } })
  const response = await gateway.call('/shop/x')
  assert.equal(await response.text(), '{}')
  for (const name of ['content-encoding', 'accept-ranges', ...Object.keys(told)])
    assert.equal(response.headers.get(name), null, name)
})
