import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ecRecipient, jwksFor, sealed } from '../harness/encrypted.ts'
import { eventually } from '../harness/eventually.ts'
import { startGateway, type TestGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { keep } from '../harness/raw.ts'
import { startSocketBackend } from '../harness/socket-backend.ts'

const request = (method: string, ...fields: readonly string[]) =>
  [`${method} /shop/items HTTP/1.1`, 'Host: gateway.example', ...fields].join('\r\n').concat('\r\n\r\n')

/** The event of the call itself, once there is one. */
async function eventOf(gateway: TestGateway) {
  const found = () => gateway.events.find(({ path }) => path === '/shop/items')
  await eventually('the call is recorded', () => {
    gateway.clock.advance(100)
    return found() !== undefined
  })
  return found()
}

test('a caller that goes away before the answer takes its call to the upstream along', async t => {
  const backend = await startSocketBackend(t, () => undefined)
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  const caller = await keep(gateway.url, request('GET'))
  await eventually('the upstream is asked', () => backend.heard(0).includes('/items'))
  caller.socket.destroy()
  const event = await eventOf(gateway)
  assert.deepEqual([event?.outcome, event?.refusal?.code, event?.bytesOut], ['abandoned', 'caller-gone', 0])
  await eventually('the upstream is let go', () => backend.sockets[0]?.destroyed === true)
})

test('a caller that goes away while the answer streams stops it at the upstream', async t => {
  const backend = await startSocketBackend(t, socket => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\nbegin')
  })
  const gateway = await startGateway(t, openYaml({ to: backend.url }))
  const caller = await keep(gateway.url, request('GET'))
  await eventually('the answer begins', () => caller.heard().endsWith('begin'))
  caller.socket.destroy()
  const event = await eventOf(gateway)
  assert.deepEqual([event?.outcome, event?.status, event?.bytesOut], ['abandoned', 200, 5])
  await eventually('the upstream is let go', () => backend.sockets[0]?.destroyed === true)
})

test('a caller that goes away in the middle of its upload leaves the upstream without an end to it', async t => {
  for (const framing of ['Content-Length: 100', 'Transfer-Encoding: chunked']) {
    const backend = await startSocketBackend(t, () => undefined)
    const gateway = await startGateway(t, openYaml({ to: backend.url }))
    const caller = await keep(gateway.url, `${request('POST', framing)}5\r\nhello\r\n`)
    await eventually('the upload is under way', () => backend.heard(0).includes('hello'))
    caller.socket.destroy()
    const event = await eventOf(gateway)
    assert.deepEqual([event?.outcome, event?.refusal?.code], ['abandoned', 'caller-gone'])
    await eventually('the upstream is let go', () => backend.sockets[0]?.destroyed === true)
    assert.ok(!backend.heard(0).endsWith('0\r\n\r\n'))
  }
})

test('a caller that is gone gives back what its call held', async t => {
  const backend = await startSocketBackend(t, (socket, heard) => {
    if (heard.includes('GET')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
  })
  const api = ['limit: { alone: { concurrent: 1, per: everyone } }']
  const gateway = await startGateway(t, openYaml({ to: backend.url, api }))
  const caller = await keep(gateway.url, `${request('POST', 'Content-Length: 2')}ok`)
  await eventually('the upstream is asked', () => backend.heard(0).includes('/items'))
  assert.equal((await gateway.call('/shop/other')).status, 429)
  caller.socket.destroy()
  await eventOf(gateway)
  assert.equal((await gateway.call('/shop/other')).status, 200)
})

const recipient = ecRecipient('ours')
const files = { 'ours.pem': recipient.pem, 'jwks.json': jwksFor(recipient) }

for (const rule of [
  'protect: { httpSignature: { requests: {} } }',
  'protect: { sign: { requests: {} } }',
  'protect: { encrypt: { requests: { keys: { file: ./jwks.json }, message: body, for: [ours] } } }',
  'inspect: { decrypt: { keys: [{ key: "${file:./ours.pem}", keyid: ours }], fields: "$.card" } }',
]) {
  test(`a caller that goes away is missed also where the upstream is sent another body than it sent: ${rule}`, async t => {
    const backend = await startSocketBackend(t, () => undefined)
    const gateway = await startGateway(t, openYaml({ to: backend.url, api: [rule] }), { files })
    const body = `{"card":"${await sealed('1', recipient)}"}`
    const json = ['Content-Type: application/json', `Content-Length: ${body.length}`]
    const caller = await keep(gateway.url, request('POST', ...json) + body)
    await eventually('the upstream is asked', () => backend.sockets.length > 0 && backend.heard(0).includes('/items'))
    caller.socket.destroy()
    const event = await eventOf(gateway)
    assert.deepEqual([event?.outcome, event?.refusal?.code], ['abandoned', 'caller-gone'])
    await eventually('the upstream is let go', () => backend.sockets[0]?.destroyed === true)
  })
}
