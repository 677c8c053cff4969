import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../harness/eventually.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { fieldOf, type RawReply, repliesIn, speak } from '../harness/raw.ts'
import { startSocketBackend } from '../harness/socket-backend.ts'

/** What a caller gets for an upstream's answer, byte for byte, and whether the next call is answered as ever. */
async function through(t: Parameters<typeof startSocketBackend>[0], answer: string, method = 'GET', version = '1.1') {
  const backend = await startSocketBackend(t, (socket, heard) => {
    if (heard.includes('/good ')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood')
    else if (heard.endsWith('\r\n\r\n')) socket.write(Buffer.from(answer, 'latin1'))
  })
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  const head = `${method} /shop/items HTTP/${version}\r\nHost: gateway.example\r\nConnection: close\r\n\r\n`
  const bytes = await speak(gateway.url, head)
  const good = await gateway.call('/shop/good')
  assert.deepEqual([good.status, await good.text()], [200, 'good'])
  const [event] = gateway.events
  const replies = bytes.length === 0 ? [] : repliesIn(bytes)
  return { reply: replies.find(({ status }) => status >= 200), replies, bytes, event, backend }
}

const names = (reply: RawReply | undefined) => reply?.headers.map(([name]) => name) ?? []

test('HEAD keeps the length that the upstream names, and gets none where it names none', async t => {
  const named = await through(t, 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nETag: "a"\r\n\r\n', 'HEAD')
  assert.deepEqual(fieldOf(named.reply, 'content-length'), ['1000'])
  assert.deepEqual([fieldOf(named.reply, 'etag'), named.event?.bytesOut], [['"a"'], 0])
  for (const coding of ['', 'Transfer-Encoding: chunked\r\n']) {
    const unnamed = await through(t, `HTTP/1.1 200 OK\r\n${coding}\r\n`, 'HEAD')
    assert.equal(unnamed.reply?.status, 200)
    assert.deepEqual(fieldOf(unnamed.reply, 'content-length'), [])
  }
})

test('a refusal of HEAD has the headers of its document, and no body', async t => {
  const backend = await startSocketBackend(t, () => undefined)
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  const bytes = await speak(gateway.url, 'HEAD /nowhere HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n')
  const [reply] = repliesIn(bytes)
  assert.equal(reply?.status, 404)
  assert.ok(Number(fieldOf(reply, 'content-length')[0]) > 100)
  assert.ok(bytes.toString('latin1').endsWith('\r\n\r\n'))
})

test('204 and 304 have no body, and 204 no length', async t => {
  for (const extra of ['', 'Content-Length: 0\r\n', 'Content-Length: 5\r\n']) {
    const { reply } = await through(t, `HTTP/1.1 204 No Content\r\nX-A: 1\r\n${extra}\r\n`)
    assert.deepEqual([reply?.status, reply?.body, fieldOf(reply, 'x-a')], [204, '', ['1']])
    assert.ok(!names(reply).includes('content-length') && !names(reply).includes('transfer-encoding'), extra)
  }
  const { reply } = await through(t, 'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Length: 1000\r\n\r\n')
  assert.deepEqual([reply?.status, fieldOf(reply, 'etag'), fieldOf(reply, 'content-length')], [304, ['"a"'], ['1000']])
})

test('interim answers of the upstream end at the gateway; an upgrade that nobody asked for is a 502', async t => {
  const early = await through(
    t,
    'HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  )
  assert.deepEqual(
    early.replies.map(({ status, body }) => [status, body]),
    [[200, 'ok']],
  )
  const upgraded = await through(t, 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n')
  assert.equal(upgraded.reply?.status, 502)
})

test('header bytes beyond ASCII pass as they are', async t => {
  const { bytes } = await through(
    t,
    'HTTP/1.1 200 OK\r\nX-Latin: caf\xe9 \xff\r\nX-Utf: caf\xc3\xa9\r\nContent-Length: 0\r\n\r\n',
  )
  assert.ok(bytes.includes(Buffer.from('X-Latin: caf\xe9 \xff\r\n', 'latin1')))
  assert.ok(bytes.includes(Buffer.from('X-Utf: café\r\n', 'utf8')))
})

test('a body that ends with its connection, and trailers after a chunked one, pass; the trailers stay here', async t => {
  const chunked = await through(
    t,
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\nConnection: X-Hop\r\nX-Hop: 1\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 7\r\n\r\n',
  )
  assert.equal(chunked.reply?.body, 'hello')
  assert.ok(!chunked.bytes.includes('X-Sum') && !chunked.bytes.includes('X-Hop'))
  const empty = await through(t, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n')
  assert.deepEqual([empty.reply?.status, empty.reply?.body], [200, ''])
})

test('what two readers could frame differently is a 502: both lengths, two lengths, codings, folded or broken fields', async t => {
  const answers = [
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!',
    'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n',
    'HTTP/1.1 200 OK\r\nX-A: 1\r\n folded\r\nContent-Length: 0\r\n\r\n',
    'HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 0\r\n\r\n',
    'HTTP/1.1 200 OK\nContent-Length: 0\n\n',
    'HTTP/1.1 200 OK\r\nBad Name: 1\r\nContent-Length: 0\r\n\r\n',
    'not HTTP at all\r\n\r\n',
    `HTTP/1.1 200 OK\r\nX-Large: ${'x'.repeat(70_000)}\r\nContent-Length: 0\r\n\r\n`,
  ]
  for (const answer of answers) {
    const { reply, event } = await through(t, answer)
    const about = answer.slice(0, 80)
    assert.equal(reply?.status, 502, about)
    assert.equal(JSON.parse(reply.body).code, 'upstream-broken', about)
    assert.equal(event?.refusal?.stage, 'forward', about)
  }
})

test('a body that breaks off breaks off for the caller too, and is recorded as failed', async t => {
  const answers = [
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nnonsense\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloXX',
    'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello',
  ]
  for (const answer of answers) {
    const backend = await startSocketBackend(t, socket => socket.end(answer))
    const gateway = await startGateway(t, openYaml({ to: backend.url }))
    const bytes = await speak(gateway.url, 'GET /shop/items HTTP/1.1\r\nHost: g\r\n\r\n')
    assert.ok(!bytes.toString('latin1').endsWith('\r\n0\r\n\r\n'), 'no end is made up')
    await eventually('it is recorded', () => gateway.events.length === 1)
    const [event] = gateway.events
    assert.deepEqual([event?.outcome, event?.refusal?.code], ['failed', 'upstream-broken'])
  }
})

test('a caller that speaks HTTP/1.0 gets an answer that it can read', async t => {
  const { reply, bytes } = await through(
    t,
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
    'GET',
    '1.0',
  )
  assert.deepEqual([reply?.status, reply?.body], [200, 'hello'])
  assert.ok(!bytes.includes('chunked'))
})
