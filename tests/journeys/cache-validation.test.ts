import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answer, valuesOf } from '../harness/backend.ts'
import { startCached, usesOf } from '../harness/cached.ts'
import { eventually } from '../harness/eventually.ts'
import { noon } from '../harness/gateway.ts'

/** A backend with one thing of a version, which it answers conditionally. Its answers carry `headers`, a 304 `headers304`. */
function versioned(headers: Record<string, string>, headers304: Record<string, string> = {}) {
  const thing = { version: 1 }
  const answer: Answer = (request, response) => {
    const tag = `"v${thing.version}"`
    const known = valuesOf(request, 'if-none-match').includes(tag)
    response.writeHead(known ? 304 : 200, { ETag: tag, ...headers, ...(known && headers304) })
    response.end(known ? undefined : `version ${thing.version}`)
  }
  return { thing, answer }
}

test('what is over is validated: 304 has it given again and makes it fresh, a change is taken up', async t => {
  const { thing, answer } = versioned({ 'Cache-Control': 'public, max-age=60' }, { 'X-Checked': 'yes' })
  const gateway = await startCached(t, answer)
  await gateway.text('/shop/a')
  gateway.clock.advance(60_000)
  const again = await gateway.call('/shop/a')
  assert.deepEqual([again.status, await again.text(), again.headers.get('x-checked')], [200, 'version 1', 'yes'])
  assert.equal(again.headers.get('cache-status'), 'sallyport; fwd=stale; fwd-status=304')
  assert.deepEqual(valuesOf(gateway.backend.received[1], 'if-none-match'), ['"v1"'])
  gateway.clock.advance(59_000)
  assert.equal(await gateway.text('/shop/a'), 'version 1')
  assert.equal(gateway.backend.received.length, 2)
  gateway.clock.advance(1000)
  thing.version = 2
  assert.equal(await gateway.text('/shop/a'), 'version 2')
  assert.equal(await gateway.text('/shop/a'), 'version 2')
  await eventually('the calls are over', () => gateway.events.length === 5)
  assert.deepEqual(usesOf(gateway), ['miss', 'validated', 'hit', 'miss', 'hit'])
})

test('no-cache has the backend asked each time, and the body kept', async t => {
  const { answer } = versioned({ 'Cache-Control': 'public, no-cache' })
  const gateway = await startCached(t, answer)
  for (let i = 0; i < 3; i++) assert.equal(await gateway.text('/shop/a'), 'version 1')
  await eventually('the calls are over', () => gateway.events.length === 3)
  assert.deepEqual(usesOf(gateway), ['miss', 'validated', 'validated'])
})

test('a 304 that makes the answer private has it given this once and kept no more', async t => {
  const { answer } = versioned({ 'Cache-Control': 'public, max-age=60' }, { 'Cache-Control': 'private' })
  const gateway = await startCached(t, answer)
  await gateway.text('/shop/a')
  gateway.clock.advance(60_000)
  assert.equal(await gateway.text('/shop/a'), 'version 1')
  await gateway.text('/shop/a')
  assert.deepEqual(valuesOf(gateway.backend.received[2], 'if-none-match'), [])
})

test('a 304 about another version is not believed: the whole is asked for', async t => {
  let calls = 0
  const gateway = await startCached(t, (_, response) => {
    const lie = ++calls === 2
    response.writeHead(lie ? 304 : 200, { ETag: lie ? '"other"' : '"v1"', 'Cache-Control': 'max-age=1' })
    response.end(lie ? undefined : `answer ${calls}`)
  })
  await gateway.text('/shop/a')
  gateway.clock.advance(1000)
  assert.equal(await gateway.text('/shop/a'), 'answer 3')
})

/** What fetch would add to a condition makes it a question to the backend. */
const anyFresh = { 'Cache-Control': 'max-age=60' }

test('a caller who has the answer already gets 304: from what is kept, and from what has just come', async t => {
  const { answer } = versioned({
    'Cache-Control': 'public, max-age=60',
    'Last-Modified': 'Wed, 14 Jan 2026 12:00:00 GMT',
  })
  const gateway = await startCached(t, answer)
  const conditions = [
    { 'If-None-Match': '"v1"' },
    { 'If-None-Match': '"v0", W/"v1"' },
    { 'If-None-Match': '*' },
    { 'If-Modified-Since': 'Wed, 14 Jan 2026 12:00:00 GMT' },
  ]
  for (const headers of conditions) {
    const had = await gateway.call('/shop/a', { headers: { ...anyFresh, ...headers } })
    assert.deepEqual(
      [had.status, await had.text(), had.headers.get('etag')],
      [304, '', '"v1"'],
      JSON.stringify(headers),
    )
    assert.equal(had.headers.get('cache-control'), 'public, max-age=60')
  }
  await eventually('the calls are over', () => gateway.events.length === conditions.length)
  assert.deepEqual(usesOf(gateway), ['miss', 'hit', 'hit', 'hit'])
  assert.deepEqual(valuesOf(gateway.backend.received[0], 'if-none-match'), [], 'the whole is asked for, to be kept')
  const others = [
    { 'If-None-Match': '"v2"' },
    { 'If-None-Match': 'v1' },
    { 'If-None-Match': '"v2"', 'If-Modified-Since': 'Wed, 14 Jan 2026 12:00:00 GMT' },
    { 'If-Modified-Since': 'Wed, 14 Jan 2026 11:59:59 GMT' },
    { 'If-Modified-Since': 'yesterday' },
  ]
  for (const headers of others)
    assert.equal(await gateway.text('/shop/a', { ...anyFresh, ...headers }), 'version 1', JSON.stringify(headers))
  assert.equal(gateway.backend.received.length, 1)
})

test('while the backend fails, what is over serves as long as the configuration says', async t => {
  let down = false
  const gateway = await startCached(
    t,
    (_, response) =>
      response.writeHead(down ? 503 : 200, { 'Cache-Control': 'max-age=60' }).end(down ? 'down' : 'good'),
    { cache: '{ staleIfError: 1h }' },
  )
  await gateway.text('/shop/a')
  down = true
  gateway.clock.advance(3_600_000)
  const stale = await gateway.call('/shop/a')
  assert.deepEqual([stale.status, await stale.text(), stale.headers.get('age')], [200, 'good', '3600'])
  assert.equal((await gateway.call('/shop/a', { headers: { 'Cache-Control': 'no-cache' } })).status, 503)
  gateway.clock.advance(60_000)
  assert.equal((await gateway.call('/shop/a')).status, 503)
  down = false
  assert.equal(await gateway.text('/shop/a'), 'good')
  await eventually('the calls are over', () => gateway.events.length === 5)
  assert.deepEqual(usesOf(gateway), ['miss', 'stale', 'miss', 'miss', 'miss'])
})

for (const directive of ['must-revalidate', 'proxy-revalidate', 's-maxage=60', 'stale-if-error=0']) {
  test(`what is over serves no longer where the backend says ${directive}, also when it can't be reached`, async t => {
    let down = false
    const gateway = await startCached(
      t,
      (_, response) => {
        if (down) response.destroy()
        else response.writeHead(200, { 'Cache-Control': `max-age=60, ${directive}` }).end('good')
      },
      { cache: '{ staleIfError: 1h }' },
    )
    await gateway.text('/shop/a')
    down = true
    gateway.clock.advance(61_000)
    assert.equal((await gateway.call('/shop/a')).status, 502)
  })
}

test('a backend that breaks off its connection has what is over serve where it said stale-if-error itself', async t => {
  let down = false
  const gateway = await startCached(t, (_, response) => {
    if (down) response.destroy()
    else response.writeHead(200, { 'Cache-Control': 'max-age=60, stale-if-error=120' }).end('good')
  })
  await gateway.text('/shop/a')
  down = true
  gateway.clock.advance(179_000)
  assert.equal(await gateway.text('/shop/a'), 'good')
  gateway.clock.advance(1000)
  assert.equal((await gateway.call('/shop/a')).status, 502)
})

/** A backend whose reads may be kept, and whose other calls end like this. */
const changing =
  (end: Answer): Answer =>
  (request, response) => {
    if (request.method !== 'GET') return end(request, response)
    response.writeHead(200, { 'Cache-Control': 'public, max-age=60' }).end(`as of ${noon}`)
  }

const changes: readonly (readonly [what: string, end: Answer, forgotten: boolean])[] = [
  ['is done', (_, response) => response.writeHead(204).end(), true],
  ['redirects', (_, response) => response.writeHead(303, { Location: '/b' }).end(), true],
  ['fails, and may have been done', (_, response) => response.writeHead(500).end(), true],
  ['gets no answer', (_, response) => response.destroy(), true],
  ['is refused by the backend', (_, response) => response.writeHead(403).end(), false],
]
for (const [what, end, forgotten] of changes) {
  test(`a change that ${what} ${forgotten ? 'has' : 'does not have'} what was kept of its path forgotten`, async t => {
    const gateway = await startCached(t, changing(end))
    const reads = () => gateway.backend.received.filter(({ method }) => method === 'GET').length
    for (const path of ['/shop/a', '/shop/a?page=2', '/shop/b']) await gateway.text(path)
    await gateway.call('/shop/a', { method: 'DELETE' })
    for (const path of ['/shop/a', '/shop/a?page=2']) await gateway.text(path)
    assert.equal(reads(), forgotten ? 5 : 3)
    await gateway.text('/shop/a')
    assert.equal(reads(), forgotten ? 5 : 3, 'what comes after it is kept')
  })
}

test('a change forgets what its answer names: Location and Content-Location of the same backend', async t => {
  const gateway = await startCached(
    t,
    changing((_, response) => response.writeHead(201, { Location: '/b', 'Content-Location': 'c' }).end()),
  )
  const reads = () => gateway.backend.received.filter(({ method }) => method === 'GET').length
  for (const path of ['/shop/b', '/shop/c', '/shop/d']) await gateway.text(path)
  await gateway.call('/shop/a', { method: 'POST' })
  for (const path of ['/shop/b', '/shop/c', '/shop/d']) await gateway.text(path)
  assert.equal(reads(), 5)
})

test('an answer that was asked for before a change and comes after it is not kept', async t => {
  const waiting: (() => void)[] = []
  const gateway = await startCached(t, (request, response) => {
    response.setHeader('Cache-Control', 'public, max-age=60')
    if (request.method !== 'GET' || waiting.length > 0) response.end('new')
    else waiting.push(() => response.end('old'))
  })
  const early = gateway.text('/shop/a')
  await eventually('the backend was asked', () => waiting.length === 1)
  await gateway.call('/shop/a', { method: 'PUT', body: 'new' })
  waiting[0]?.()
  assert.equal(await early, 'old')
  assert.equal(await gateway.text('/shop/a'), 'new')
})
