import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type Answer, valuesOf } from '../harness/backend.ts'
import { realToken, startMagic } from '../harness/magic.ts'
import { problemOf } from '../harness/problem.ts'

const anything = { allowed: ['* /.*'] }
const basic64 = (text: string) => Buffer.from(text).toString('base64')

/** Every way in which a server may repeat what it was called with. */
const echoes: Readonly<Record<string, string>> = {
  raw: realToken,
  field: `Bearer ${realToken}`,
  byNumbers: [...realToken].map(sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  percent: realToken.replaceAll('_', '%5f'),
  twice: realToken.replaceAll('_', '%255F'),
  base64: basic64(realToken),
  shifted: basic64(`a${realToken}`),
  pair: basic64(`x-access-token:${realToken}`),
  base64url: Buffer.from(`ab${realToken}`).toString('base64url'),
}
const echoText = `{${Object.entries(echoes)
  .map(([name, text]) => `"${name}":"${text}"`)
  .join(',')}}`

/** Runs of the credential that may stand: a group of three bytes that it shares with what is beside it. */
function assertUnseen(text: string): void {
  for (let at = 0; at + 8 <= realToken.length; at++) {
    const run = realToken.slice(at, at + 8)
    assert.ok(!text.includes(run), run)
  }
  for (const form of Object.values(echoes)) assert.ok(!text.includes(form.slice(8, 30)), form)
}

test('[M19] an answer that repeats the credential shows it in no field and no notation, and stays JSON', async t => {
  const gateway = await startMagic(t, {
    answer(request, response) {
      const [authorization = ''] = valuesOf(request, 'authorization')
      response.setHeader('X-Echo', authorization)
      response.setHeader('Link', `<https://x.example/?token=${realToken.replaceAll('_', '%5F')}>; rel="next"`)
      response.setHeader('ETag', '"strong"')
      response.setHeader('Content-Digest', 'sha-256=:AAAA:')
      response.setHeader('Content-Length', Buffer.byteLength(echoText))
      response.setHeader('Set-Cookie', `session=${realToken}`)
      response.setHeader(`X-${realToken}`, 'x')
      response.end(echoText)
    },
  })
  const token = await gateway.mint(anything)
  const response = await gateway.as(token, '/github/echo')
  const body = await response.text()
  const seen = JSON.parse(body)
  assert.deepEqual(Object.keys(seen), Object.keys(echoes))
  assert.equal(seen.field, 'Bearer [secret]')
  assert.equal(response.headers.get('x-echo'), 'Bearer [secret]')
  assert.equal(response.headers.get('link'), '<https://x.example/?token=[secret]>; rel="next"')
  for (const name of ['etag', 'content-digest', `x-${realToken}`]) assert.equal(response.headers.get(name), null)
  assertUnseen(body + JSON.stringify([...response.headers]))
  assertUnseen(JSON.stringify(gateway.events))
})

test('[M19] a stream is masked wherever its pieces are cut, and what needs no waiting comes at once', async t => {
  const { promise: heard, resolve: go } = Promise.withResolvers<void>()
  const pieces = [...`data: ${realToken}\n\n`]
  const gateway = await startMagic(t, {
    async answer(_, response) {
      response.setHeader('Content-Type', 'text/event-stream')
      response.write('data: hello\n\n')
      await heard
      for (const piece of pieces) response.write(piece)
      response.end('data: bye')
    },
  })
  const response = await gateway.as(await gateway.mint(anything), '/github/events')
  assert.ok(response.body)
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  assert.equal((await reader.read()).value, 'data: hello\n\n')
  go()
  let rest = ''
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) rest += value
  assert.equal(rest, 'data: [secret]\n\ndata: bye')
})

test('[M19] upstreams are asked for no coding and no part, in which the credential could not be found', async t => {
  const gateway = await startMagic(t)
  const token = await gateway.mint(anything)
  const asked = { 'Accept-Encoding': 'gzip, br', Range: 'bytes=3-', 'If-Range': '"x"' }
  assert.equal((await gateway.as(token, '/github/file', { headers: asked })).status, 200)
  const [received] = gateway.backend.received
  assert.deepEqual(valuesOf(received, 'accept-encoding'), ['identity'])
  assert.deepEqual([...valuesOf(received, 'range'), ...valuesOf(received, 'if-range')], [])
})

test('[M19] an answer in a coding that nobody asked for is not let out', async t => {
  const answer: Answer = (_, response) => {
    response.setHeader('Content-Encoding', 'gzip')
    response.end(gzipSync(`{"token":"${realToken}"}`))
  }
  const gateway = await startMagic(t, { answer })
  const response = await gateway.as(await gateway.mint(anything), '/github/echo')
  assert.equal(response.status, 502)
  assert.equal((await problemOf(response)).code, 'upstream-broken')
  assert.match(gateway.events.at(-1)?.refusal?.reason ?? '', /coding "gzip"/)
})

test('[M19] a password is masked alone and as the pair that goes out', async t => {
  const gateway = await startMagic(t, {
    answer(request, response) {
      const [authorization = ''] = valuesOf(request, 'authorization')
      response.end(`${authorization} ${Buffer.from(authorization.slice(6), 'base64')}`)
    },
  })
  const token = await gateway.mint({
    ...anything,
    credential: { kind: 'basic', username: 'x-access-token', password: realToken },
  })
  const body = await (await gateway.as(token, '/github/echo')).text()
  assert.match(body, /^Basic \[secret\][\w+/]{0,2}=* \[secret\]$/)
})

test('a credential under 16 bytes is not masked, and its answers are left as they are', async t => {
  const gateway = await startMagic(t, {
    answer(_, response) {
      response.setHeader('ETag', '"strong"')
      response.end('{"key":"short-key"}')
    },
  })
  const credential = { kind: 'query', name: 'key', value: 'short-key' }
  const response = await gateway.as(await gateway.mint({ ...anything, credential }), '/github/echo')
  assert.equal(response.headers.get('etag'), '"strong"')
  assert.equal(await response.text(), '{"key":"short-key"}')
})
