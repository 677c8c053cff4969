import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { Arrival, Outcome, Problem, Reply, ReplyBody } from '@sallyport/core'
import type { Handled } from '@sallyport/stages'
import { renderProblem } from '@sallyport/stages'
import { openListener } from './listener.ts'
import type { Patience } from './silence.ts'

const id = '0123456789abcdef0123456789abcdef'

/** Short, yet long enough for a client that speaks at once on a busy machine. */
const patience: Patience = { headersMs: 250, silenceMs: 250, checkMs: 10 }
const endless: Patience = { headersMs: 60_000, silenceMs: 60_000, checkMs: 60_000 }

/** A listener before a judge that does what the test says, and what it was told. */
async function listen(t: TestContext, answer: (arrival: Arrival) => Promise<Reply> | Reply, waits = patience) {
  const unreadable: Problem[] = []
  const outcomes: Outcome[] = []
  const listener = await openListener(
    { host: '127.0.0.1', port: 0, tls: undefined },
    {
      async handle(arrival): Promise<Handled> {
        return { id, reply: await answer(arrival), finish: outcome => void outcomes.push(outcome) }
      },
      unreadable(problem) {
        unreadable.push(problem)
        return renderProblem(problem, 'admit', id)
      },
    },
    waits,
  )
  t.after(() => listener.close(0))
  const open = async (text: string): Promise<Socket> => {
    const socket = connect(Number(new URL(listener.url).port), '127.0.0.1')
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    if (text !== '') socket.write(text)
    return socket
  }
  const heard = async (text: string) => Buffer.concat(await (await open(text)).toArray()).toString('latin1')
  return { unreadable, outcomes, open, heard, listener }
}

const ok = (): Reply => ({ kind: 'answer', status: 200, headers: [], body: 'ok' })
const status = (text: string) => Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1])

/** Holds raw words to the form of a refusal. */
function requireProblem(text: string, wanted: number, code: string): void {
  assert.equal(status(text), wanted)
  assert.match(text, /\r\nContent-Type: application\/problem\+json\r\n/)
  assert.match(text, new RegExp(`\r\nSallyport-Call-Id: ${id}\r\n`))
  assert.match(text, /\r\nConnection: close\r\n/)
  const document = JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4))
  assert.deepEqual([document.code, document.status, document.callId], [code, wanted, id])
}

test('a head that does not come in time is a 408, and one that is too large a 431', async t => {
  const slow = await listen(t, ok, { ...patience, silenceMs: endless.silenceMs })
  requireProblem(await slow.heard('GET / HTTP/1.1\r\nHost: a\r\n'), 408, 'request-timeout')
  assert.equal(slow.unreadable.length, 1)
  const { heard } = await listen(t, ok, endless)
  for (const large of [`X-A: ${'x'.repeat(20_000)}\r\n`, 'X-Many: fields\r\n'.repeat(2_000)]) {
    requireProblem(await heard(`GET / HTTP/1.1\r\nHost: a\r\n${large}\r\n`), 431, 'headers-too-large')
  }
  requireProblem(await heard(`GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`), 431, 'headers-too-large')
})

test('every field of a large head is seen, where Node alone would drop those beyond 1,000', async t => {
  const seen: string[] = []
  const answer = (arrival: Arrival) => {
    seen.push(...arrival.rawHeaders)
    return ok()
  }
  const { heard } = await listen(t, answer, endless)
  await heard(`GET / HTTP/1.1\r\nHost: a\r\n${'X: y\r\n'.repeat(1_500)}Connection: close\r\nLast: 1\r\n\r\n`)
  assert.deepEqual(seen.slice(-2), ['Last', '1'])
  assert.equal(seen.length, 2 * 1_503)
})

test('a connection that says nothing at all is closed without a word or a record', async t => {
  const { heard, unreadable } = await listen(t, ok)
  assert.equal(await heard(''), '')
  assert.equal(unreadable.length, 0)
})

test('a connection on which no further call comes is closed without a word', async t => {
  const { heard, unreadable } = await listen(t, ok)
  const text = await heard('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  assert.ok(text.endsWith('\r\n\r\nok'))
  assert.equal(unreadable.length, 0)
})

test('a body that stops coming is a 408 for whoever reads it', async t => {
  const { heard } = await listen(t, async ({ body }) => {
    const problem: Problem = await Promise.resolve(body.read(1_000)).then(
      () => assert.fail('the body was read'),
      error => error,
    )
    return renderProblem(problem, 'admit', id)
  })
  const head = 'POST / HTTP/1.1\r\nHost: a\r\n'
  requireProblem(await heard(`${head}Content-Length: 10\r\n\r\nhello`), 408, 'request-timeout')
  requireProblem(await heard(`${head}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`), 408, 'request-timeout')
})

test('a call that takes long is waited for, however silent the connection', async t => {
  const { heard, open } = await listen(t, async () => {
    // Two that say nothing are given up meanwhile, one after the other: silence has lasted too long by then.
    for (let others = 0; others < 2; others++) await once((await open('')).resume(), 'close')
    return ok()
  })
  assert.ok((await heard('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).endsWith('ok'))
})

test('a caller that does not take its answer is given up', async t => {
  const piece = Buffer.alloc(2 ** 20)
  let cancelled = false
  const body: ReplyBody = {
    whole: () => undefined,
    pipe(sink) {
      while (sink.write(piece));
      return { resume: () => void (cancelled || sink.write(piece)) }
    },
    cancel() {
      cancelled = true
    },
  }
  const { open, outcomes } = await listen(t, () => ({ kind: 'stream', status: 200, headers: [], body }))
  const socket = await open('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  socket.pause()
  while (outcomes.length === 0) await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual([outcomes[0]?.end, cancelled], ['abandoned', true])
  socket.destroy()
})

test('an answer that cannot be written ends the connection, not the process', async t => {
  const { heard, outcomes } = await listen(t, () => ({ ...ok(), headers: ['Bad Name', 'x'] }), endless)
  assert.equal(await heard('GET / HTTP/1.1\r\nHost: a\r\n\r\n'), '')
  assert.equal(outcomes[0]?.end, 'failed')
})

/** An answer that streams these pieces, one a turn of the event loop, and then ends. */
function streamed(pieces: readonly string[], headers: readonly string[] = []): Reply {
  const body: ReplyBody = {
    whole: () => undefined,
    pipe(sink) {
      const send = (at: number) => {
        const piece = pieces[at]
        if (piece === undefined) return sink.end()
        sink.write(Buffer.from(piece))
        setImmediate(() => send(at + 1))
      }
      send(0)
      return { resume: () => undefined }
    },
    cancel: () => undefined,
  }
  return { kind: 'stream', status: 200, headers, body }
}

test('an answer whose length is not known is sent in chunks, and to HTTP/1.0 until the connection ends', async t => {
  const { heard, outcomes } = await listen(t, () => streamed(['one', '', 'two']), endless)
  const chunked = await heard('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  assert.match(chunked, /\r\nTransfer-Encoding: chunked\r\n/)
  assert.ok(chunked.endsWith('\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n'))
  const old = await heard('GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n')
  assert.match(old, /\r\nConnection: close\r\n\r\nonetwo$/)
  const head = await heard('HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  assert.match(head, /\r\nConnection: close\r\n\r\n$/)
  assert.deepEqual(
    outcomes.map(({ end, bytesOut }) => [end, bytesOut]),
    [
      ['complete', 6],
      ['complete', 6],
      ['complete', 0],
    ],
  )
})

test('an answer with fewer or more bytes than it announces breaks off: nothing of the next could pass for its rest', async t => {
  for (const [pieces, length] of [
    [['one'], 5],
    [['one', 'two', 'three'], 5],
  ] as const) {
    const { heard, outcomes } = await listen(t, () => streamed(pieces, ['Content-Length', String(length)]), endless)
    const text = await heard('GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n')
    assert.ok(text.slice(text.indexOf('\r\n\r\n') + 4).length <= length)
    assert.deepEqual([outcomes.length, outcomes[0]?.end], [1, 'failed'])
  }
})

test('a head that trickles in is waited for no longer than one that stops', async t => {
  const { open, unreadable } = await listen(t, ok, { ...endless, headersMs: 250, checkMs: 10 })
  const socket = await open('GET / HTTP/1.1\r\nHost: a\r\n')
  const drip = setInterval(() => socket.write('X: y\r\n'), 5)
  const said = Buffer.concat(await socket.toArray()).toString('latin1')
  clearInterval(drip)
  requireProblem(said, 408, 'request-timeout')
  assert.equal(unreadable.length, 1)
})

test('a caller that sends calls and takes no answers is held up, and then given up', async t => {
  const body = 'x'.repeat(2 ** 20)
  const judged: string[] = []
  const answer = ({ target }: Arrival): Reply => {
    judged.push(target)
    return { kind: 'answer', status: 200, headers: [], body }
  }
  const { open, listener } = await listen(t, answer)
  const socket = await open('GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(5_000))
  socket.pause()
  while (listener.connections() > 0) await new Promise(resolve => setImmediate(resolve))
  assert.ok(judged.length < 50, `${judged.length} calls were judged`)
  socket.destroy()
})

test('connections are counted while they are open, and closing waits for all of them', async t => {
  const { open, listener } = await listen(t, ok, endless)
  const sockets = await Promise.all(['', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'GET /'].map(open))
  while (listener.connections() < 3) await new Promise(resolve => setImmediate(resolve))
  sockets[0]?.destroy()
  while (listener.connections() > 2) await new Promise(resolve => setImmediate(resolve))
  await listener.close(60_000)
  assert.equal(listener.connections(), 0)
})

test('hundreds of connections at once are each heard', async t => {
  const { open } = await listen(
    t,
    ({ target }) => ({ kind: 'answer', status: 200, headers: [], body: target }),
    endless,
  )
  const half = await Promise.all(Array.from({ length: 300 }, (_, i) => open(`GET /${i} HT`)))
  const ends = half.map(async (socket, i) => {
    socket.write('TP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    const said = Buffer.concat(await socket.toArray()).toString('latin1')
    assert.ok(said.endsWith(`\r\n\r\n/${i}`))
  })
  await Promise.all(ends)
})
