import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { fieldOf, repliesIn, speak } from '../harness/raw.ts'

/** Requests that never become a call, and what each is told. */
const unreadable: readonly (readonly [bytes: string, status: number, code: string])[] = [
  ['nonsense\r\n\r\n', 400, 'request-malformed'],
  ['GET / HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n', 400, 'request-malformed'],
  ['GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n', 400, 'request-malformed'],
  [`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'headers-too-large'],
  ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'request-malformed'],
]

/** Requests that are read, and refused before any API is looked for. */
const refused: readonly (readonly [fields: string, status: number, code: string])[] = [
  ['', 400, 'request-malformed'],
  ['Host: a\r\nHost: b\r\n', 400, 'request-malformed'],
  ['Host: a\r\nHost: a\r\n', 400, 'request-malformed'],
  ['Host: a/b\r\n', 400, 'request-malformed'],
  [`Host: a\r\n${'X: y\r\n'.repeat(1_500)}`, 431, 'headers-too-large'],
  ['Host: \r\n', 400, 'request-malformed'],
  ['Host: a\r\nAuthorization: Bearer x\r\nAuthorization: Bearer y\r\n', 400, 'request-malformed'],
  ['Host: a\r\nContent-Type: a/b\r\nContent-Type: c/d\r\n', 400, 'request-malformed'],
  ['Host: a\r\nTransfer-Encoding: gzip, chunked\r\n', 400, 'request-malformed'],
  ['Host: a\r\nTransfer-Encoding: identity\r\n', 400, 'request-malformed'],
  ['Host: a\r\nExpect: 200-ok\r\n', 417, 'expectation-failed'],
  ['Host: a\r\nExpect: 100-continue, 200-ok\r\n', 417, 'expectation-failed'],
]

test('what cannot be read is refused in the same form as any call, with an id that is recorded', async t => {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  const requests = [
    ...unreadable,
    ...refused.map(
      ([fields, ...rest]) => [`GET /shop/items HTTP/1.1\r\n${fields}Connection: close\r\n\r\n`, ...rest] as const,
    ),
  ]
  for (const [bytes, status, code] of requests) {
    const [reply, more] = repliesIn(await speak(gateway.url, bytes))
    const about = bytes.slice(0, 80)
    assert.deepEqual([reply?.status, more], [status, undefined], about)
    assert.deepEqual(fieldOf(reply, 'content-type'), ['application/problem+json'])
    assert.deepEqual(fieldOf(reply, 'connection'), ['close'])
    const document = JSON.parse(reply?.body ?? '')
    assert.deepEqual([document.code, document.stage, document.status], [code, 'admit', status], about)
    const event = gateway.events.at(-1)
    assert.deepEqual([event?.id, event?.status, event?.ip], [document.callId, status, '127.0.0.1'])
    assert.deepEqual(fieldOf(reply, 'sallyport-call-id'), [document.callId])
  }
  assert.equal(gateway.events.length, requests.length)
  assert.equal(backend.received.length, 0)
})

test('a host that is not served is told so, whatever the path; one that is served is served on any port', async t => {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, openYaml({ to: backend.url, gateway: 'hosts: [api.example.com, "[::1]"]' }))
  const ask = async (host: string) => {
    const [reply] = repliesIn(
      await speak(gateway.url, `GET /shop/items HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
    )
    return reply?.status
  }
  for (const host of ['api.example.com', 'API.example.COM', 'api.example.com:8443', '[::1]', '[::1]:80']) {
    assert.equal(await ask(host), 200, host)
  }
  for (const host of ['example.com', 'api.example.com.', 'api.example.com.evil.example', 'xapi.example.com', '[::2]']) {
    assert.equal(await ask(host), 421, host)
  }
  for (const host of ['api.example.com:x', 'api.example.com:123456', 'api.example.com/', 'a@api.example.com', '[::1']) {
    assert.equal(await ask(host), 400, host)
  }
})
