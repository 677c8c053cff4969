import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { after, describe, test } from 'node:test'
import type { App } from '@sallyport/sdk'
import { z } from 'zod'
import { blocksOf, pageAt } from '../house/markdown.ts'
import { guarded, key, speak } from './frameworks.ts'
import { withoutClients } from './install.ts'

interface Site {
  readonly port: number
  close(): unknown
}

const skip = await withoutClients()
const program = (name: string) => import(new URL(`./programs/${name}.mjs`, import.meta.url).href)

async function started(name: string) {
  const held = await guarded()
  const { start }: { start: (app: App) => Promise<Site> } = await program(name)
  return { ...held, site: await start(held.app) }
}

const frameworks = ['express', 'fastify', 'hono']
const running = skip ? [] : await Promise.all(frameworks.map(async name => [name, await started(name)] as const))

const json = '{"text":"hello"}'
const head = (...fields: readonly string[]) =>
  `${['POST /echo HTTP/1.1', 'Content-Type: application/json', ...fields].join('\r\n')}\r\n\r\n`
const length = `Content-Length: ${json.length}`
const host = 'Host: localhost'

test('applications run inside other frameworks', { skip }, () => assert.equal(running.length, frameworks.length))

for (const [name, { site, reached }] of running) {
  describe(name, () => {
    after(() => site.close())
    const url = `http://127.0.0.1:${site.port}`
    const statusOf = async (text: string) => (await speak(site.port, text, 'callId')).slice(9, 12)

    test('it answers its own routes, and the application the others, by its rules', async () => {
      assert.equal(await (await fetch(`${url}/own`)).text(), 'own')
      const post = (headers: Record<string, string>) =>
        fetch(`${url}/echo`, {
          method: 'POST',
          body: json,
          headers: { 'Content-Type': 'application/json', ...headers },
        })
      const good = await post({ 'X-API-Key': key })
      assert.deepEqual([good.status, await good.json()], [200, { text: 'hello' }])
      const before = reached()
      for (const headers of [{}, { 'X-API-Key': 'b-key-of-many-letters-1' }])
        assert.equal((await post(headers)).status, 401)
      assert.equal((await fetch(`${url}/elsewhere`)).status, 404)
      assert.equal(reached(), before)
    })

    test('two credentials are seen as two, however they come', async () => {
      const before = reached()
      const lines = [[`X-API-Key: ${key}`, `X-API-Key: ${key}`], [`X-API-Key: ${key}, ${key}`], [`X-API-Key: ${key},`]]
      for (const line of lines) assert.equal(await statusOf(head(host, length, ...line) + json), '401', line.join())
      assert.equal(reached(), before)
    })

    test('two hosts are refused', async () => {
      const before = reached()
      assert.equal(await statusOf(head(host, 'Host: other', length, `X-API-Key: ${key}`) + json), '400')
      assert.equal(reached(), before)
    })

    test('a body that is longer than it may be is a 413 while it comes', async () => {
      const size = 2 ** 20 + 1
      const coming = `${(2 * size).toString(16)}\r\n${'x'.repeat(size)}`
      assert.equal(await statusOf(head(host, 'Transfer-Encoding: chunked', `X-API-Key: ${key}`) + coming), '413')
    })

    test('a caller that goes away does not reach the handler, and harms nobody', async () => {
      const before = reached()
      const socket = connect(site.port, '127.0.0.1')
      socket.on('error', () => undefined)
      socket.write(`${head(host, 'Content-Length: 100', `X-API-Key: ${key}`)}{"text":`, () => socket.destroy())
      await once(socket, 'close')
      assert.equal((await fetch(`${url}/ip`)).status, 200)
      assert.equal(reached(), before)
    })

    test('HEAD is GET without its body, cookies stay apart, and the address is the caller’s', async () => {
      const asked = await fetch(`${url}/ip`, { method: 'HEAD' })
      assert.deepEqual([asked.status, await asked.text()], [200, ''])
      const cookies = (await fetch(`${url}/cookie`)).headers.getSetCookie()
      assert.deepEqual(cookies.map(cookie => cookie.split('=')[0]).sort(), ['a', 'csrf_token'])
      assert.deepEqual(await (await fetch(`${url}/ip`)).json(), { ip: '127.0.0.1' })
    })
  })
}

test('below a path, and behind what has read its body, an application in express is reached by no call that has one', {
  skip,
}, async t => {
  const { reached, site } = await started('express')
  t.after(() => site.close())
  const url = `http://127.0.0.1:${site.port}/read`
  assert.equal((await fetch(`${url}/ip`)).status, 200)
  const headers = { 'Content-Type': 'application/json', 'X-API-Key': key }
  assert.equal((await fetch(`${url}/echo`, { method: 'POST', body: json, headers })).status, 500)
  assert.equal(reached(), 0)
})

/** What the page shows pieces of. */
const shownIn = [
  ...[...frameworks, 'lambda', '../workers/worker'].map(name => `${name}.mjs`),
  '../next/site/app/[...path]/route.js',
]

const withoutIndent = (text: string) => text.replace(/^ +/gm, '').trim()

test('what docs/framework.md shows for other frameworks stands in the programs of these tests', async () => {
  const here = new URL('./programs/', import.meta.url)
  const programs = await Promise.all(shownIn.map(name => readFile(new URL(name, here), 'utf8')))
  const shown = blocksOf(pageAt('docs/framework.md')).filter(({ language }) => language === 'js')
  assert.equal(shown.length, programs.length)
  for (const { text } of shown)
    assert.ok(
      programs.some(program => withoutIndent(program).includes(withoutIndent(text))),
      text,
    )
})

const answered = z.looseObject({ statusCode: z.number(), body: z.string(), cookies: z.array(z.string()).optional() })

test('AWS Lambda: events of both formats are judged by the same rules', { skip }, async () => {
  const { app, reached } = await guarded()
  const { handlerOf }: { handlerOf: (app: App) => (event: object, context: object) => Promise<unknown> } =
    await program('lambda')
  const handler = handlerOf(app)
  const call = async (event: object) => answered.parse(await handler(event, {}))
  const type = { 'content-type': 'application/json', host: 'api.example.com' }
  const second = (method: string, rawPath: string, headers: object, body?: string) => ({
    version: '2.0',
    rawPath,
    rawQueryString: '',
    headers: { ...type, ...headers },
    requestContext: { domainName: 'api.example.com', http: { method, path: rawPath, sourceIp: '192.0.2.7' } },
    ...(body !== undefined && { body: Buffer.from(body).toString('base64'), isBase64Encoded: true }),
  })
  const first = (keys: readonly string[]) => ({
    version: '1.0',
    httpMethod: 'POST',
    path: '/echo',
    resource: '/{proxy+}',
    headers: { ...type, 'x-api-key': keys.at(-1) },
    multiValueHeaders: {
      ...Object.fromEntries(Object.entries(type).map(([name, value]) => [name, [value]])),
      'x-api-key': keys,
    },
    requestContext: { domainName: 'api.example.com', identity: { sourceIp: '192.0.2.7' } },
    body: json,
    isBase64Encoded: false,
  })
  const good = await call(second('POST', '/echo', { 'x-api-key': key }, json))
  assert.deepEqual([good.statusCode, good.body], [200, json])
  assert.equal((await call(first([key]))).statusCode, 200)
  assert.deepEqual(JSON.parse((await call(second('GET', '/ip', {}))).body), { ip: '192.0.2.7' })
  assert.equal((await call(second('GET', '/cookie', {}))).cookies?.length, 2)
  const before = reached()
  for (const event of [
    second('POST', '/echo', {}, json),
    second('POST', '/echo', { 'x-api-key': `${key},${key}` }, json),
    first([key, key]),
  ])
    assert.equal((await call(event)).statusCode, 401)
  assert.equal(reached(), before)
})
