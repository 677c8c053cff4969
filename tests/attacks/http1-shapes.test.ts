import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { keep, repliesIn } from '../harness/raw.ts'
import { openStand, requireAlive } from './framing/stand.ts'

const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: gateway.example\r\n\r\n'
const post = (...fields: readonly string[]) => ['POST /a HTTP/1.1', 'Host: gateway.example', ...fields].join('\r\n')
const chunked = `${post('Transfer-Encoding: chunked')}\r\n\r\n`

/** Requests that two readers could take for different ones: each is refused, and nothing after it is read. */
const shapes: Readonly<Record<string, readonly string[]>> = {
  'lengths that are no single number': ['5, 5', '5,5', '+5', '-5', '0x5', '5 5', '5.0', '5;', '', ' ', '٥', '5\v'].map(
    length => `${post(`Content-Length: ${length}`)}\r\n\r\nhello${smuggled}`,
  ),
  'lengths beyond counting': ['18446744073709551616', '18446744073709551621', '9'.repeat(400)].map(
    length => `${post(`Content-Length: ${length}`)}\r\n\r\nhello${smuggled}`,
  ),
  'lengths and codings twice or together': [
    ['Content-Length: 5', 'Content-Length: 5'],
    ['Content-Length: 5', 'Content-Length: 6'],
    ['Content-Length: 5', 'Transfer-Encoding: chunked'],
    ['Transfer-Encoding: chunked', 'Content-Length: 5'],
    ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'],
    ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'],
    ['Transfer-Encoding: chunked, chunked'],
    ['Transfer-Encoding: chunked, identity'],
    ['Transfer-Encoding: xchunked'],
    ['Transfer-Encoding: "chunked"'],
    ['Transfer-Encoding:\vchunked'],
    ['Transfer-Encoding: chunked;q=1'],
    ['Transfer_Encoding: chunked', 'Content-Length: 5'],
  ].map(fields => `${post(...fields)}\r\n\r\n5\r\nhello\r\n0\r\n\r\n${smuggled}`),
  'lines that end otherwise, or go on': [
    `POST /a HTTP/1.1\nHost: gateway.example\n\n${smuggled}`,
    `${post('X: a\rContent-Length: 5')}\r\n\r\nhello${smuggled}`,
    `${post('X: a\nContent-Length: 5')}\r\n\r\nhello${smuggled}`,
    `${post('X: a')}\n\n${smuggled}`,
    `${post('X: a')}\r\n\n${smuggled}`,
    `${post('X: a', ' Content-Length: 5')}\r\n\r\nhello${smuggled}`,
    `${post('Transfer-Encoding:', ' chunked')}\r\n\r\n0\r\n\r\n${smuggled}`,
    `POST /a HTTP/1.1\r\n Content-Length: 5\r\nHost: gateway.example\r\n\r\nhello${smuggled}`,
  ],
  'names and values with bytes that no field has': [
    ...['Content-Length : 5', 'Content Length: 5', '\0Content-Length: 5', 'Content-Length\0: 5', ': 5', 'X: a\0b'],
    ...['X: \x01', 'X: \x7f', 'Content-Length: 5\0', 'Caf\xe9: 5', '(X): 5', '"X": 5', 'X'],
  ].map(field => `${post(field)}\r\n\r\nhello${smuggled}`),
  'first lines with other spaces, versions and methods': [
    ...['GET\t/a HTTP/1.1', ' GET /a HTTP/1.1', 'GET /a  HTTP/1.1x', 'GET /a\x0b HTTP/1.1'],
    ...['GET /a HTTP/1.1 x', 'GET /a HTTP/1.2', 'GET /a HTTP/2.0', 'GET /a HTTP/11.1', 'GET /a http/1.1', 'GET /a'],
    ...['get /a HTTP/1.1', 'G\0T /a HTTP/1.1', 'FOO /a HTTP/1.1', 'GET /a\0b HTTP/1.1', 'GET /\xe9 HTTP/1.1'],
  ].map(line => `${line}\r\nHost: gateway.example\r\n\r\n${smuggled}`),
  'chunks that are none': [
    ...[
      '10000000000000005',
      'FFFFFFFFFFFFFFFFF',
      '-5',
      '+5',
      '0x5',
      '5 ',
      ' 5',
      '5\t;x',
      'g',
      '',
      '5\0',
      '5;\0',
      '5;x=\x01',
    ],
    ...['5;x\n', '5\n', '5\r', '5;x="a'],
  ].map(size => `${chunked}${size}\r\nhello\r\n0\r\n\r\n${smuggled}`),
  'chunks that end elsewhere': [
    `${chunked}5\r\nhello0\r\n\r\n${smuggled}`,
    `${chunked}5\r\nhello\n0\r\n\r\n${smuggled}`,
    `${chunked}5\r\nhello\r0\r\n\r\n${smuggled}`,
    `${chunked}4\r\nhello\r\n0\r\n\r\n${smuggled}`,
    `${chunked}0\r\n${smuggled}`,
    `${chunked}0\n\n${smuggled}`,
    `${chunked}0\r\n\n${smuggled}`,
    `${chunked}0\r\nBad Name: x\r\n\r\n${smuggled}`,
    `${chunked}0\r\nX: a\0b\r\n\r\n${smuggled}`,
    `${chunked}0\r\nX: a\r\n folded\r\n\r\n${smuggled}`,
  ],
  'HTTP/1.0 with what it has not': [`${chunked.replace('HTTP/1.1', 'HTTP/1.0')}5\r\nhello\r\n0\r\n\r\n${smuggled}`],
}

test('what two readers could frame differently is refused once, and nothing behind it is read', async t => {
  const stand = await openStand(t)
  for (const [what, requests] of Object.entries(shapes)) {
    for (const request of requests) {
      const about = `${what}: ${JSON.stringify(request.slice(0, 160))}`
      const { refused, arrived, kept } = await stand.send(request, about)
      assert.deepEqual([refused.length, arrived.length, kept], [1, 0, false], about)
    }
  }
  await requireAlive(stand)
})

test('trailers reach nobody, and the call after them is its own; those that would frame a body are refused', async t => {
  const stand = await openStand(t)
  const send = (...trailers: readonly string[]) =>
    stand.send(`${chunked}5\r\nhello\r\n0\r\n${trailers.join('\r\n')}\r\n\r\n`, trailers.join())
  const { refused, arrived, kept } = await send('Host: other.example', 'Authorization: Bearer x', 'X-Trailer: x')
  assert.deepEqual([refused.length, arrived.length, kept], [0, 1, true])
  assert.doesNotMatch(JSON.stringify(arrived), /trailer|other\.example|bearer/i)
  for (const trailer of ['Content-Length: 500', 'Content-Length: 0']) {
    const sent = await send(trailer)
    assert.deepEqual([sent.refused.length, sent.arrived.length, sent.kept], [1, 0, false], trailer)
  }
})

test('extensions, zeros and trailers without end are cut off, in however many pieces they come', async t => {
  const stand = await openStand(t)
  for (const flood of ['5;x=', '5;x="', '0', '0\r\nX-Trailer: ']) {
    const kept = await keep(stand.gateway.url, chunked + flood)
    const piece = flood === '0' ? '0' : 'x'
    for (let i = 0; i < 64 && kept.socket.writable; i++) kept.socket.write(piece.repeat(1_000))
    await once(kept.socket, 'close')
    const [reply, more] = repliesIn(Buffer.from(kept.heard(), 'latin1'))
    assert.deepEqual([reply?.status, more], [413, undefined], flood)
  }
  await requireAlive(stand)
})

test('many small chunks, each with an extension, are one body', async t => {
  const stand = await openStand(t)
  const body = `${'1;x=y\r\na\r\n'.repeat(20_000)}0\r\n\r\n`
  const { arrived } = await stand.send(chunked + body, 'small chunks')
  assert.equal(arrived.length, 1)
  assert.equal(stand.gateway.events.find(({ path }) => path === '/a')?.bytesIn, 20_000)
})

test('calls that are cut anywhere and sent ahead are the same calls', async t => {
  const stand = await openStand(t)
  const calls = `GET /1 HTTP/1.1\r\nHost: a\r\n\r\n${chunked.replace('/a ', '/2 ')}5\r\nhello\r\n0\r\n\r\n`
  const bytes = `${calls}GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`
  for (let at = 1; at < bytes.length; at += 7) {
    const before = stand.recorder.requests.length
    const kept = await keep(stand.gateway.url, bytes.slice(0, at))
    kept.socket.write(bytes.slice(at))
    await once(kept.socket, 'close')
    const lines = stand.recorder.requests.slice(before).map(({ line }) => line)
    assert.deepEqual(
      lines.filter(line => !line.includes('jwks')),
      ['GET /1 HTTP/1.1', 'POST /2 HTTP/1.1', 'GET /3 HTTP/1.1'],
    )
    assert.equal(repliesIn(Buffer.from(kept.heard(), 'latin1')).length, 3)
  }
})

test('callers who stop anywhere in a head, a body or a row of calls keep nobody else waiting', async t => {
  const stand = await openStand(t)
  const starts = ['', 'G', 'GET / HTTP/1.1\r\nX: ', `${chunked}5\r\nhe`, `${chunked}ffffff\r\n`, smuggled.repeat(5_000)]
  const stopped = await Promise.all(starts.flatMap(start => [start, start, start]).map(s => keep(stand.gateway.url, s)))
  await requireAlive(stand)
  for (const { socket } of stopped) socket.destroy()
  await requireAlive(stand)
})
