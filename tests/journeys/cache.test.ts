import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { type TestContext, test } from 'node:test'
import { startBackend, valuesOf } from '../harness/backend.ts'
import { counting, startCached, usesOf } from '../harness/cached.ts'
import { eventually } from '../harness/eventually.ts'
import { startGateway } from '../harness/gateway.ts'
import { keysFile, newKey } from '../harness/keys.ts'
import { problemOf } from '../harness/problem.ts'
import { blocksOf, pageAt } from '../house/markdown.ts'

const fresh = { 'Cache-Control': 'public, max-age=60' }

test('an answer is given again without a call to the backend, until its time is over; its age is told', async t => {
  const gateway = await startCached(t, counting(fresh))
  assert.equal(await gateway.text('/shop/items?page=1'), 'answer 1')
  gateway.clock.advance(59_000)
  const again = await gateway.call('/shop/items?page=1')
  assert.equal(await again.text(), 'answer 1')
  assert.equal(again.headers.get('age'), '59')
  assert.equal(again.headers.get('cache-status'), 'sallyport; hit')
  assert.equal(gateway.backend.received.length, 1)
  gateway.clock.advance(1000)
  const over = await gateway.call('/shop/items?page=1')
  assert.equal(await over.text(), 'answer 2')
  assert.equal(over.headers.get('cache-status'), 'sallyport; fwd=miss')
  await eventually('the calls are over', () => gateway.events.length === 3)
  assert.deepEqual(usesOf(gateway), ['miss', 'hit', 'miss'])
  assert.equal(gateway.events[1]?.upstreamMs, undefined)
})

test('another path, another query and another order of its parameters are other questions', async t => {
  const gateway = await startCached(t, counting(fresh))
  const paths = ['/shop/a', '/shop/b', '/shop/a?x=1&y=2', '/shop/a?y=2&x=1', '/shop/a?', '/shop/A']
  for (const path of paths) await gateway.text(path)
  assert.equal(gateway.backend.received.length, paths.length)
})

test('a route that says nothing of a cache keeps nothing, and its records tell of none', async t => {
  const gateway = await startCached(t, counting(fresh), { cache: 'false' })
  assert.deepEqual([await gateway.text('/shop/a'), await gateway.text('/shop/a')], ['answer 1', 'answer 2'])
  await eventually('the calls are over', () => gateway.events.length === 2)
  assert.deepEqual(usesOf(gateway), [undefined, undefined])
})

const kept: readonly (readonly [what: string, headers: Record<string, string>, status?: number])[] = [
  ['max-age', { 'Cache-Control': 'max-age=60' }],
  ['s-maxage, over max-age', { 'Cache-Control': 'max-age=0, s-maxage=60' }],
  ['Expires', { Expires: 'Thu, 15 Jan 2026 12:01:00 GMT' }],
  ['a lasting redirection with a time', { ...fresh, Location: '/elsewhere' }, 301],
  ['a 404 with a time', fresh, 404],
]
for (const [what, headers, status] of kept) {
  test(`kept: ${what}`, async t => {
    const gateway = await startCached(t, counting(headers, status))
    assert.deepEqual([await gateway.text('/shop/a'), await gateway.text('/shop/a')], ['answer 1', 'answer 1'])
  })
}

const notKept: readonly (readonly [what: string, headers: Record<string, string>, status?: number])[] = [
  ['no-store', { 'Cache-Control': 'max-age=60, no-store' }],
  ['no-store in capitals', { 'Cache-Control': 'Max-Age=60, No-Store' }],
  ['private', { 'Cache-Control': 'private, max-age=60' }],
  ['private for one field', { 'Cache-Control': 'private="x-a", max-age=60' }],
  ['private without any field', { 'Cache-Control': 'private="", max-age=60' }],
  ['no-cache', { 'Cache-Control': 'no-cache, max-age=60' }],
  ['a directive that is none', { 'Cache-Control': 'max-age=60; public' }],
  ['two ages that contradict each other', { 'Cache-Control': 'max-age=60, max-age=120' }],
  ['an age that is no number', { 'Cache-Control': 'max-age=60s' }],
  ['s-maxage=0 beside a longer max-age', { 'Cache-Control': 'max-age=60, s-maxage=0' }],
  ['an Expires that is no date', { Expires: '0' }],
  ['nothing said', {}],
  ['Vary: *', { ...fresh, Vary: 'Accept, *' }],
  ['a cookie', { ...fresh, 'Set-Cookie': 'sid=1' }],
  ['an Age past its time', { ...fresh, Age: '60' }],
  ['an Age that is no number', { ...fresh, Age: 'new' }],
  ['a Date past its time', { ...fresh, Date: 'Thu, 15 Jan 2026 11:59:00 GMT' }],
  ['a bad request', fresh, 400],
  ['a refusal', fresh, 403],
  ['too long a request', fresh, 414],
  ['a failure', fresh, 500],
  ['a redirection for now', { ...fresh, Location: '/elsewhere' }, 302],
]
for (const [what, headers, status] of notKept) {
  test(`never given again: ${what}`, async t => {
    const gateway = await startCached(t, counting(headers, status))
    assert.deepEqual([await gateway.text('/shop/a'), await gateway.text('/shop/a')], ['answer 1', 'answer 2'])
  })
}

test('ttl keeps what the backend says nothing of, and nothing else: no errors, and nothing against its word', async t => {
  const answers = new Map([
    ['/silent', counting({})],
    ['/private', counting({ 'Cache-Control': 'private' })],
    ['/missing', counting({}, 404)],
    ['/over', counting({ 'Cache-Control': 'max-age=0' })],
  ])
  const gateway = await startCached(t, (request, response) => answers.get(request.url)?.(request, response), {
    cache: '{ ttl: 30s }',
  })
  const twice = async (path: string) => [await gateway.text(path), await gateway.text(path)]
  assert.deepEqual(await twice('/shop/silent'), ['answer 1', 'answer 1'])
  for (const path of ['/shop/private', '/shop/missing', '/shop/over'])
    assert.deepEqual(await twice(path), ['answer 1', 'answer 2'], path)
  gateway.clock.advance(30_000)
  assert.equal(await gateway.text('/shop/silent'), 'answer 2')
})

test('HEAD is answered from what GET has left, with the length and without the body; its own answer is not kept', async t => {
  const gateway = await startCached(t, counting(fresh))
  await gateway.call('/shop/a', { method: 'HEAD' })
  assert.equal(await gateway.text('/shop/a'), 'answer 2')
  const head = await gateway.call('/shop/a', { method: 'HEAD' })
  assert.deepEqual([head.headers.get('content-length'), await head.text()], ['8', ''])
  assert.deepEqual(
    gateway.backend.received.map(({ method }) => method),
    ['HEAD', 'GET'],
  )
})

test('a part, a body and a condition on writing go to the backend as they are, and leave nothing', async t => {
  const gateway = await startCached(t, counting(fresh))
  const headers = [{ Range: 'bytes=0-1' }, { 'If-Match': '"a"' }, { 'Cache-Control': 'no-store' }]
  for (const one of headers) assert.match(await gateway.text('/shop/a', one), /answer/)
  assert.equal(await gateway.text('/shop/a'), 'answer 4')
  for (const one of headers) assert.match(await gateway.text('/shop/a', one), /answer [567]/)
  await eventually('the calls are over', () => gateway.events.length === 7)
  assert.deepEqual(usesOf(gateway), ['bypassed', 'bypassed', 'bypassed', 'miss', 'bypassed', 'bypassed', 'bypassed'])
  assert.deepEqual(valuesOf(gateway.backend.received[0], 'range'), ['bytes=0-1'])
})

test('what a caller says of freshness holds: no-cache, max-age, min-fresh, max-stale, only-if-cached', async t => {
  const gateway = await startCached(t, counting(fresh))
  const got = (directive: string) => gateway.text('/shop/a', { 'Cache-Control': directive })
  const nothing = await gateway.call('/shop/a', { headers: { 'Cache-Control': 'only-if-cached' } })
  const problem = await problemOf(nothing)
  assert.deepEqual([nothing.status, problem.code, problem.stage], [504, 'not-cached', 'forward'])
  assert.equal(await got('max-age=60'), 'answer 1')
  assert.equal(await got('no-cache'), 'answer 2')
  assert.deepEqual(valuesOf(gateway.backend.received.at(-1), 'cache-control'), ['no-cache'])
  gateway.clock.advance(10_000)
  assert.equal(await got('only-if-cached'), 'answer 2')
  assert.equal(await got('max-age=10, min-fresh=50'), 'answer 2')
  assert.equal(await got('max-age=9'), 'answer 3')
  gateway.clock.advance(10_000)
  assert.equal(await got('min-fresh=51'), 'answer 4')
  gateway.clock.advance(70_000)
  assert.equal(await got('max-stale=30'), 'answer 4')
  assert.equal(await got('max-stale'), 'answer 4')
  assert.equal(await got('max-stale=29'), 'answer 5')
})

test('an answer that must be validated once it is over is not given to whoever would take a stale one', async t => {
  const gateway = await startCached(t, counting({ 'Cache-Control': 'public, s-maxage=60, must-revalidate' }))
  await gateway.text('/shop/a')
  gateway.clock.advance(60_000)
  assert.equal(await gateway.text('/shop/a', { 'Cache-Control': 'max-stale' }), 'answer 2')
})

test('what is kept outlives a reload', async t => {
  const gateway = await startCached(t, counting(fresh))
  await gateway.text('/shop/a')
  const yaml = await readFile(`${gateway.folder}/sallyport.yaml`, 'utf8')
  await gateway.change('sallyport.yaml', `${yaml}\n# another`)
  assert.deepEqual(gateway.reloads, [[]])
  assert.equal(await gateway.text('/shop/a'), 'answer 1')
})

test('the example of docs/caching.md loads, keeps for 30 s, judges each caller and forgets what is changed', async t => {
  const { backend, gateway, as } = await documented(t)
  const reads = () => backend.received.filter(({ method }) => method === 'GET').length
  assert.equal((await as('reader', 'GET', '/shop/items')).status, 200)
  assert.equal((await as('reader', 'GET', '/shop/items')).headers.get('cache-status'), 'sallyport; hit')
  assert.equal((await as('stranger', 'GET', '/shop/items')).status, 403)
  gateway.clock.advance(30_000)
  await as('reader', 'GET', '/shop/items')
  assert.equal(reads(), 2)
  await as('reader', 'PUT', '/shop/items/1')
  await as('reader', 'GET', '/shop/items')
  assert.equal(reads(), 2, 'what was changed is another path')
})

/** The page's gateway, before a backend that says nothing of caching. */
async function documented(t: TestContext) {
  const keys = { reader: newKey({ scopes: ['list_items', 'change_items'] }), stranger: newKey({ scopes: ['other'] }) }
  const backend = await startBackend(t)
  const [example] = blocksOf(pageAt('docs/caching.md'))
  const yaml = `${example?.text.replace('http://127.0.0.1:9001', backend.url)}gateway: { http: 0 }\n`
  const gateway = await startGateway(t, yaml, { files: { 'keys.yaml': keysFile(keys) } })
  const as = (who: keyof typeof keys, method: string, path: string) =>
    gateway.call(path, { method, headers: { 'X-API-Key': keys[who].key } })
  return { backend, gateway, as }
}
