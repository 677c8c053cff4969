import assert from 'node:assert/strict'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import type { Answer } from '../harness/backend.ts'
import { startCached, usesOf } from '../harness/cached.ts'
import { eventually } from '../harness/eventually.ts'
import { staffIssuer } from '../harness/guarded.ts'
import { bearer, testIssuer } from '../harness/tokens.ts'

const fresh = { 'Cache-Control': 'public, max-age=60' }
const evil = 'evil.example'

/** The worst backend: whatever it is told comes back in the page, and it says of each page that it is for everybody. */
const reflecting: Answer = ({ method, url, headers, body }, response) => {
  response.writeHead(200, fresh).end(JSON.stringify([method, url, headers, body.toString()]))
}

/** A GET whose fields go out as they are written, Host too; `fields` are names and values by turns. */
function get(url: string, path: string, fields: readonly string[] = [], body?: string): Promise<string> {
  const { hostname, port, host } = new URL(url)
  const named = fields.some(field => field.toLowerCase() === 'host')
  const headers = [
    ...(named ? [] : ['Host', host]),
    ...fields,
    ...(body === undefined ? [] : ['Content-Length', String(body.length)]),
  ]
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, headers, setHost: false, agent: false }, answer =>
      text(answer).then(resolve, reject),
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

const told: readonly (readonly string[])[] = [
  ['Host', evil],
  ['X-Forwarded-Host', evil],
  ['X-Forwarded-Scheme', evil],
  ['X-Forwarded-Proto', evil],
  ['X-Forwarded-Port', evil],
  ['X-Forwarded-Prefix', evil],
  ['X-Forwarded-For', evil],
  ['Forwarded', `host=${evil}`],
  ['X-Host', evil],
  ['X-Original-URL', `/${evil}`],
  ['X-Rewrite-URL', `/${evil}`],
  ['X-HTTP-Method-Override', evil],
  ['X-Method-Override', evil],
  ['Sallyport-Call-Id', evil],
  ['X_Evil', evil],
  ['X-Evil', evil],
  ['x-EVIL', evil],
  ['X-Same', 'good', 'X-Same', evil],
  ['Cookie', `lang=${evil}`],
  ['Origin', `https://${evil}`],
  ['Referer', `https://${evil}/`],
  ['X-Request-Id', evil],
  ['X-Correlation-Id', evil],
  ['Traceparent', evil],
  ['Tracestate', `a=${evil}`],
  ['Baggage', `a=${evil}`],
  ['X-B3-TraceId', evil],
  ['Content-Type', `text/html; charset=${evil}`],
  ['Cache-Control', `max-age=600, ${evil}=1`],
  ['Pragma', evil],
  ['If-None-Match', `"${evil}"`],
  ['If-Modified-Since', evil],
  ['Range', `${evil}=0-1`],
  ['If-Range', `"${evil}"`],
  ['If-Match', `"${evil}"`],
]

const echo = await startCached({ after }, reflecting)

for (const [i, fields] of told.entries()) {
  test(`what somebody says in ${fields[0]} (${fields.length / 2}) is not seen by whoever asks after them`, async () => {
    const page = `/shop/page-${i}`
    const plain = await get(echo.url, '/shop/other')
    assert.ok(!plain.includes(evil))
    await get(echo.url, page, fields)
    assert.ok(!(await get(echo.url, page)).includes(evil))
  })
}

test('what pass lets cross is part of what is asked: an X-Forwarded-Host or cookie of somebody else is never met', async t => {
  const forward = 'pass: [x-forwarded-host, x-forwarded-for, cookie, x-request-id, x-original-url]'
  const gateway = await startCached(t, reflecting, { forward })
  const fields = ['X-Forwarded-Host', 'X-Forwarded-For', 'Cookie', 'X-Request-Id', 'X-Original-URL']
  for (const name of fields) {
    assert.ok((await get(gateway.url, '/shop/page', [name, evil])).includes(evil), name)
    assert.ok(!(await get(gateway.url, '/shop/page')).includes(evil), name)
  }
})

test('the body of a GET is not met by whoever asks after it', async t => {
  const gateway = await startCached(t, reflecting)
  assert.ok((await get(gateway.url, '/shop/page', [], evil)).includes(evil))
  assert.ok(!(await get(gateway.url, '/shop/page')).includes(evil))
})

test('fields and values that could be read as one another are told apart', async t => {
  const gateway = await startCached(t, reflecting)
  const asked = [
    ['X-A', 'b', 'X-C', 'd'],
    ['X-A', 'b","x-c","d'],
    ['X-A', 'b, X-C: d'],
    ['X-A', 'b', 'X-C', '', 'X-D', ''],
    ['X-Ab', '', 'X-C', 'd'],
  ]
  for (const fields of asked) await get(gateway.url, '/shop/page', fields)
  assert.equal(gateway.backend.received.length, asked.length)
})

test('one path that is written in several ways is one, and what another path means is another', async t => {
  const gateway = await startCached(t, reflecting)
  await get(gateway.url, '/shop/%61/b')
  assert.equal(await get(gateway.url, '/shop/a/b'), await get(gateway.url, '/shop/%61/%62'))
  const paths = ['/shop/a%2Fb', '/shop/a/b/', '/shop/a/B', '/shop/a/b?', '/shop/a/b?a=%61', '/shop/a/b?a=a']
  for (const path of paths) await get(gateway.url, path)
  assert.equal(gateway.backend.received.length, 1 + paths.length)
})

test('what the gateway refuses is met by nobody else, and refusals are judged anew', async t => {
  const api = ['limit: { one: { allow: 1/minute, per: { header: X-Who } } }', 'admit: { maxBody: 1KiB }']
  const gateway = await startCached(t, reflecting, { api })
  const status = async (who: string) => (await gateway.call('/shop/page', { headers: { 'X-Who': who } })).status
  assert.deepEqual([await status('a'), await status('a'), await status('b'), await status('b')], [200, 429, 200, 429])
  gateway.clock.advance(60_000)
  assert.equal(await status('a'), 200)
})

test('a page that is somebody’s own is not given to others because its path ends like a picture', async t => {
  const issuer = await testIssuer()
  const gateway = await startCached(
    t,
    (request, response) => response.writeHead(200).end(request.headers.find(([name]) => name === 'x-caller')?.[1]),
    {
      before: `issuers: { staff: ${staffIssuer()} }`,
      ...{
        identify: '{ jwt: staff }',
        cache: '{ ttl: 1h, anyAddress: true }',
        forward: 'caller: { header: X-Caller }',
      },
    },
    { files: { 'jwks.json': issuer.jwks } },
  )
  const [alice, bob] = [bearer(await issuer.token({ sub: 'alice' })), bearer(await issuer.token({ sub: 'bob' }))]
  for (const path of ['/shop/account/x.css', '/shop/account/..x.css', '/shop/account?x.png']) {
    const own = await (await gateway.call(path, alice)).text()
    const others = await (await gateway.call(path, bob)).text()
    assert.notEqual(own, others, path)
    assert.equal((await gateway.call(path)).status, 401, path)
    assert.equal(await (await gateway.call(path, alice)).text(), own, path)
  }
})

test('callers who ask for what nobody asked before do not fill the memory, and what they ask is answered', async t => {
  const gateway = await startCached(t, (_, response) => response.writeHead(200, fresh).end(Buffer.alloc(900_000, 'x')))
  for (let i = 0; i < 100; i++) assert.equal((await gateway.text(`/shop/a?${i}`)).length, 900_000)
  for (const i of [0, 99]) await gateway.text(`/shop/a?${i}`)
  await eventually('the calls are over', () => gateway.events.length === 102)
  assert.deepEqual(usesOf(gateway).slice(-2), ['miss', 'hit'])
})
