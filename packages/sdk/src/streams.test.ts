import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { describe, type TestContext, test } from 'node:test'
import type { CallEvent } from '@sallyport/core'
import { type App, anonymous, anyone, api, app, listener, type Streamed, serve, stream } from './index.ts'

type Call = (init?: RequestInit) => Promise<Response>

/** The ways in which an application is reached. */
const doors: Readonly<Record<string, (t: TestContext, made: App) => Promise<Call>>> = {
  fetch: async (_, made) => init => made.fetch(new Request('http://localhost/it', init)),
  async serve(t, made) {
    const serving = await serve(made, { port: 0 })
    t.after(() => serving.close(0))
    return init => fetch(`${serving.url}/it`, init)
  },
  async listener(t, made) {
    const server = createServer(listener(made)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => server.close())
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    return init => fetch(`http://127.0.0.1:${port}/it`, init)
  },
}

/** One operation that streams, and the record of its one call. */
async function streaming(work: () => Streamed, media = 'text/event-stream') {
  const { promise, resolve } = Promise.withResolvers<CallEvent>()
  const faults: unknown[] = []
  let records = 0
  const operation = api('GET /it', { identify: anonymous, authorize: anyone, response: stream(media) }, work)
  const made = await app({
    operations: [operation],
    fault: fault => faults.push(fault),
    record(event) {
      records++
      resolve(event)
    },
  })
  return { made, recorded: promise, faults, count: () => records }
}

const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await new Promise(resolve => setImmediate(resolve))
}

for (const [name, enter] of Object.entries(doors))
  describe(`streams through ${name}`, () => {
    test('pieces leave in their order, texts and bytes, and are recorded when the last has left', async t => {
      async function* pieces() {
        yield 'data: Köln\n\n'
        yield new Uint8Array(0)
        yield new TextEncoder().encode('data: 2\n\n')
      }
      const { made, recorded, count } = await streaming(pieces)
      const response = await (await enter(t, made))()
      const { headers } = response
      assert.deepEqual(
        [headers.get('content-type'), headers.get('x-content-type-options')],
        ['text/event-stream', 'nosniff'],
      )
      assert.equal(await response.text(), 'data: Köln\n\ndata: 2\n\n')
      const { outcome, status, bytesOut } = await recorded
      assert.deepEqual([outcome, status, bytesOut, count()], ['answered', 200, 22, 1])
    })

    test('the answer begins before there is a first piece', async t => {
      const { promise, resolve } = Promise.withResolvers<void>()
      async function* pieces() {
        await promise
        yield 'late'
      }
      const { made } = await streaming(pieces)
      const response = await (await enter(t, made))()
      assert.equal(response.status, 200)
      resolve()
      assert.equal(await response.text(), 'late')
    })

    test('many pieces come whole', async t => {
      async function* pieces() {
        for (let i = 0; i < 300; i++) yield new Uint8Array(10_000).fill(i)
      }
      const { made, recorded } = await streaming(pieces, 'application/octet-stream')
      const got = Buffer.from(await (await (await enter(t, made))()).arrayBuffer())
      assert.ok(got.equals(Buffer.concat(Array.from({ length: 300 }, (_, i) => Buffer.alloc(10_000, i)))))
      assert.equal((await recorded).bytesOut, 3_000_000)
    })

    test('where the caller goes whoever makes the pieces is told, and cleans up', async t => {
      const { promise: cleaned, resolve: clean } = Promise.withResolvers<boolean>()
      const { made, recorded, faults, count } = await streaming(() => endless)
      async function* endless(signal: AbortSignal) {
        try {
          for (let i = 0; ; i++) yield `data: ${i}\n\n`
        } finally {
          clean(signal.aborted)
        }
      }
      const leaving = new AbortController()
      const response = await (await enter(t, made))({ signal: leaving.signal })
      await response.body?.getReader().read()
      leaving.abort()
      assert.equal(await cleaned, true)
      assert.equal((await recorded).outcome, 'abandoned')
      assert.deepEqual([faults, count()], [[], 1])
    })

    test('one that waits for its next piece is told by the signal', async t => {
      const { promise: aborted, resolve } = Promise.withResolvers<void>()
      async function* waiting(signal: AbortSignal) {
        yield 'first'
        await once(signal, 'abort')
        resolve()
        throw new Error('nobody hears of this')
      }
      const { made, recorded, faults } = await streaming(() => waiting)
      const leaving = new AbortController()
      const response = await (await enter(t, made))({ signal: leaving.signal })
      await response.body?.getReader().read()
      leaving.abort()
      await aborted
      assert.equal((await recorded).outcome, 'abandoned')
      assert.deepEqual(faults, [])
    })

    test('an error midway cuts the answer off: the record says why, and the caller does not hear it', async t => {
      async function* failing() {
        yield 'first'
        await turns(2)
        throw new Error('select password from users failed')
      }
      const { made, recorded, faults, count } = await streaming(failing)
      const response = await (await enter(t, made))()
      await assert.rejects(response.text(), (error: Error) => {
        assert.doesNotMatch(`${error} ${error.cause}`, /password/)
        return true
      })
      const { outcome, refusal } = await recorded
      assert.equal(outcome, 'failed')
      assert.match(JSON.stringify(refusal), /from users failed/)
      assert.match(String(faults[0]), /from users failed/)
      assert.deepEqual([faults.length, count()], [1, 1])
    })

    test('a piece that is neither text nor bytes cuts the answer off', async t => {
      async function* odd() {
        yield 5 as never
      }
      const { made, recorded } = await streaming(odd)
      await assert.rejects((await (await enter(t, made))()).text())
      assert.equal((await recorded).outcome, 'failed')
    })
  })

test('no more is made than a slow reader has room for', async () => {
  let made = 0
  async function* endless() {
    for (;;) yield `${made++}`
  }
  const { made: application } = await streaming(endless)
  const response = await application.fetch(new Request('http://localhost/it'))
  const reader = response.body?.getReader()
  for (let read = 1; read <= 5; read++) {
    await reader?.read()
    await turns(20)
    assert.ok(made <= read + 2, `${made} were made for ${read} that were read`)
  }
  await reader?.cancel()
})

test('an event stream is redacted event by event', async () => {
  async function* events() {
    yield 'data: {"name":"ann","iban":"CH93"}\n\n'
  }
  const operation = api(
    'GET /it',
    {
      ...{ identify: anonymous, authorize: anyone, response: stream('text/event-stream') },
      protect: { redact: [{ at: '$..iban' }] },
    },
    () => events(),
  )
  const { fetch: call } = await app({ operations: [operation] })
  const got = await (await call(new Request('http://localhost/it'))).text()
  assert.match(got, /"name":"ann"/)
  assert.doesNotMatch(got, /CH93/)
})
