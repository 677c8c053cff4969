import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { counting, startCached, usesOf } from '../harness/cached.ts'
import { eventually } from '../harness/eventually.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { startSocketBackend } from '../harness/socket-backend.ts'
import { bearer } from '../harness/tokens.ts'

const fresh = { 'Cache-Control': 'public, max-age=60' }

test('an answer depends on what Vary names, however often and in whatever case, and on nothing else that is negotiated', async t => {
  const gateway = await startCached(t, counting({ ...fresh, Vary: 'ACCEPT-language,, Accept' }))
  const inLanguage = (language: string, agent = 'a') =>
    gateway.text('/shop/a', { 'Accept-Language': language, Accept: 'text/plain', 'User-Agent': agent })
  assert.deepEqual([await inLanguage('de'), await inLanguage('en')], ['answer 1', 'answer 2'])
  assert.deepEqual([await inLanguage('de', 'b'), await inLanguage('en', 'c')], ['answer 1', 'answer 2'])
  assert.equal(await gateway.text('/shop/a', { 'Accept-Language': 'de', Accept: 'text/html' }), 'answer 3')
})

test('an answer in a coding is given to those who asked as the first one did, though Vary is missing', async t => {
  const gateway = await startCached(t, (request, response) => {
    const coding = request.headers.find(([name]) => name === 'accept-encoding')?.[1] ?? ''
    response.writeHead(200, coding === 'zstd' ? { ...fresh, 'Content-Encoding': 'x-odd' } : fresh).end(coding)
  })
  const got = (coding: string) => gateway.text('/shop/a', { 'Accept-Encoding': coding })
  assert.deepEqual([await got('zstd'), await got('identity')], ['zstd', 'identity'])
})

test('a body of maxBody is kept, one byte more is not, whether or not its length was told', async t => {
  for (const told of [true, false]) {
    const gateway = await startCached(
      t,
      (request, response) => {
        const body = 'x'.repeat(request.url === '/fits' ? 1024 : 1025)
        response.writeHead(200, { ...fresh, ...(told && { 'Content-Length': body.length }) })
        response.write(body.slice(0, 1000))
        response.end(body.slice(1000))
      },
      { cache: '{ maxBody: 1KiB }' },
    )
    for (const path of ['/shop/fits', '/shop/fits', '/shop/large', '/shop/large'])
      assert.ok((await gateway.text(path)).length >= 1024)
    assert.equal(gateway.backend.received.length, 3)
  }
})

test('an answer that streams is kept once it has come to its end', async t => {
  const open: ServerResponse[] = []
  const gateway = await startCached(t, (_, response) => {
    open.push(response)
    response.writeHead(200, fresh).write('first ')
  })
  const streaming = await gateway.call('/shop/a')
  const early = await gateway.call('/shop/a')
  assert.equal(open.length, 2, 'what has only begun is given to nobody')
  for (const [i, response] of open.entries()) response.end(`then ${i}`)
  assert.deepEqual([await streaming.text(), await early.text()], ['first then 0', 'first then 1'])
  assert.match(await gateway.text('/shop/a'), /^first then \d$/)
  assert.equal(open.length, 2)
})

test('an answer that breaks off, or whose caller goes away, is not kept', async t => {
  let calls = 0
  const gateway = await startCached(t, (_, response) => {
    calls++
    response.writeHead(200, { ...fresh, 'Content-Length': 200_000 })
    if (calls === 1) response.write('half', () => response.destroy())
    else if (calls === 2) response.write('half')
    else response.end('x'.repeat(200_000))
  })
  await assert.rejects(async () => gateway.text('/shop/a'))
  const left = new AbortController()
  const begun = await gateway.call('/shop/a', { signal: left.signal })
  assert.equal(begun.status, 200)
  left.abort()
  await eventually('both calls are over', () => gateway.events.length === 2)
  assert.deepEqual(
    gateway.events.map(({ outcome }) => outcome),
    ['failed', 'abandoned'],
  )
  assert.equal((await gateway.text('/shop/a')).length, 200_000)
  assert.equal((await gateway.text('/shop/a')).length, 200_000)
  assert.equal(calls, 3)
})

test('an answer that only the end of the connection ends is not kept: it may have been cut off', async t => {
  const backend = await startSocketBackend(t, socket => {
    socket.end('HTTP/1.1 200 OK\r\nCache-Control: public, max-age=60\r\nConnection: close\r\n\r\nperhaps all')
  })
  const gateway = await startGateway(t, openYaml({ to: backend.url, forward: 'cache: true' }))
  for (let i = 0; i < 2; i++) assert.equal(await (await gateway.call('/shop/a')).text(), 'perhaps all')
  assert.equal(backend.sockets.length, 2)
})

test('fields of one connection are not kept, nor those that Connection names', async t => {
  const gateway = await startCached(t, counting({ ...fresh, Connection: 'X-Hop', 'X-Hop': 'mine', 'X-End': 'yours' }))
  await gateway.text('/shop/a')
  const again = await gateway.call('/shop/a')
  assert.deepEqual([again.headers.get('x-hop'), again.headers.get('x-end')], [null, 'yours'])
  assert.equal(gateway.backend.received.length, 1)
})

const stage = z.object({ stage: z.string(), rules: z.array(z.string()), cache: z.string().optional() })

test('what the cache did is counted in the metrics and explained', async t => {
  const gateway = await startCached(t, counting(fresh))
  const ids = []
  for (let i = 0; i < 3; i++) {
    const answer = await gateway.call('/shop/a')
    ids.push(answer.headers.get('sallyport-call-id'))
    await answer.text()
  }
  await eventually('the calls are over', () => gateway.events.length === 3)
  assert.deepEqual(usesOf(gateway), ['miss', 'hit', 'hit'])
  assert.equal(new Set(ids).size, 3, 'every answer bears its own id')
  const metrics = await (await fetch(`${gateway.running.management}/metrics`)).text()
  assert.match(metrics, /^sallyport_cache_calls_total\{api="shop",operation="[^"]+",cache="hit"\} 2$/m)
  assert.match(metrics, /^sallyport_cache_calls_total\{api="shop",operation="[^"]+",cache="miss"\} 1$/m)
  const key = await readFile(join(gateway.folder, 'data', 'operator.key'), 'utf8')
  const told = await fetch(`${gateway.running.management}/api/v1/calls/${ids[1]}`, bearer(key.trim()))
  const { explanation } = z.object({ explanation: z.object({ stages: z.array(stage) }) }).parse(await told.json())
  const { cache, rules } = explanation.stages.find(one => one.stage === 'forward') ?? {}
  assert.deepEqual([cache, rules], ['hit', ['cache: what the upstream lets be kept']])
})
