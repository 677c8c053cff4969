import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:https'
import { test } from 'node:test'
import { connect, type TLSSocket } from 'node:tls'
import { startBackend, valuesOf } from '../harness/backend.ts'
import { certificateFor } from '../harness/certificate.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { repliesIn, speak } from '../harness/raw.ts'

const listener = 'https: { port: 0, host: 127.0.0.1, cert: ./cert.pem, key: ./key.pem }'
const yaml = (to: string) => openYaml({ to }).replace('http: 0', `http: off, ${listener}`)

async function start(t: Parameters<typeof startBackend>[0]) {
  const [backend, certificate] = [await startBackend(t), await certificateFor('DNS:localhost', 'IP:127.0.0.1')]
  const files = { 'cert.pem': certificate.cert, 'key.pem': certificate.key }
  const gateway = await startGateway(t, yaml(backend.url), { files })
  return { backend, gateway, certificate, port: Number(new URL(gateway.url).port) }
}

/** What a server answers one call over TLS. */
async function ask(url: string, ca: string): Promise<number | undefined> {
  const call = request(`${url}/shop/items`, { ca, agent: false })
  call.end()
  const [response] = await once(call, 'response')
  response.resume()
  return response.statusCode
}

test('TLS 1.2 and 1.3 are spoken, and the backend is told of https', async t => {
  const { backend, port, certificate } = await start(t)
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const socket = connect({ port, host: '127.0.0.1', ca: certificate.cert, minVersion: version, maxVersion: version })
    await once(socket, 'secureConnect')
    assert.deepEqual([socket.getProtocol(), socket.authorized], [version, true])
    socket.write('GET /shop/items HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    const [reply] = repliesIn(Buffer.concat(await socket.toArray()))
    assert.equal(reply?.status, 200)
    assert.deepEqual(valuesOf(backend.received.at(-1), 'x-forwarded-proto'), ['https'])
  }
})

test('TLS 1.1 and a client that offers only HTTP/2 are refused, and nothing is recorded', async t => {
  const { gateway, port, certificate } = await start(t)
  const refused = (options: object): Promise<[Error]> => {
    const socket: TLSSocket = connect({ port, host: '127.0.0.1', ca: certificate.cert, ...options })
    return once(socket, 'error') as Promise<[Error]>
  }
  const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }
  assert.match(String(await refused(old)), /alert protocol version|unsupported protocol/i)
  assert.match(String(await refused({ ALPNProtocols: ['h2'] })), /no application protocol/i)
  assert.equal(await ask(gateway.url, certificate.cert), 200)
  assert.equal(gateway.events.length, 1)
})

test('plain HTTP on the TLS port is closed, and the listener goes on', async t => {
  const { gateway, certificate } = await start(t)
  const plain = gateway.url.replace('https:', 'http:')
  const said = await speak(plain, 'GET /shop/items HTTP/1.1\r\nHost: localhost\r\n\r\n')
  assert.doesNotMatch(said.toString('latin1'), /HTTP\//)
  assert.equal(await ask(gateway.url, certificate.cert), 200)
})

test('what cannot be read over TLS is refused in the same form', async t => {
  const { port, certificate } = await start(t)
  const socket = connect({ port, host: '127.0.0.1', ca: certificate.cert })
  await once(socket, 'secureConnect')
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nBad Name: x\r\n\r\n')
  const [reply] = repliesIn(Buffer.concat(await socket.toArray()))
  assert.equal(reply?.status, 400)
  assert.equal(JSON.parse(reply.body).code, 'request-malformed')
})

test('a new certificate is taken up by a reload; one that does not fit its key changes nothing', async t => {
  const { gateway, certificate } = await start(t)
  const renewed = await certificateFor('DNS:localhost', 'IP:127.0.0.1')
  await gateway.change('cert.pem', renewed.cert)
  assert.equal(gateway.reloads.at(-1)?.length, 1, 'the old key does not fit')
  assert.equal(await ask(gateway.url, certificate.cert), 200)
  await gateway.change('key.pem', renewed.key)
  assert.deepEqual(gateway.reloads.at(-1), [])
  assert.equal(await ask(gateway.url, renewed.cert), 200)
  await assert.rejects(ask(gateway.url, certificate.cert), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
})
