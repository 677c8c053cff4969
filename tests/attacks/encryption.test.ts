import assert from 'node:assert/strict'
import { createPublicKey, createSecretKey, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { deflateRawSync, gzipSync } from 'node:zlib'
import { CompactEncrypt, CompactSign } from 'jose'
import { startBackend, valuesOf } from '../harness/backend.ts'
import { ecRecipient, jwksFor, rsaRecipient, sealed } from '../harness/encrypted.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { problemOf } from '../harness/problem.ts'

const [ours, oursRsa, stranger] = [ecRecipient('ours'), rsaRecipient('ours-rsa'), ecRecipient('ours')]
const files = { 'ours.pem': ours.pem, 'rsa.pem': oursRsa.pem }
const keys = 'keys: [{ key: "${file:./ours.pem}", keyid: ours }, { key: "${file:./rsa.pem}", keyid: ours-rsa }]'

async function start(t: Parameters<typeof startBackend>[0], settings: string) {
  const backend = await startBackend(t)
  const api = [`inspect: { decrypt: { ${keys}, ${settings} } }`]
  const gateway = await startGateway(t, openYaml({ to: backend.url, api }), { files })
  const post = (body: string | Uint8Array, headers: Record<string, string>) =>
    gateway.call('/shop/pay', { method: 'POST', body, headers })
  return { backend, gateway, post }
}

const jose = { 'Content-Type': 'application/jose' }
const text = '{"pin": 1234}'
const segment = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const header = { alg: ours.alg, enc: 'A256GCM', kid: 'ours', cty: 'application/json' }

/** Encrypted with the content key that both sides would share. */
const direct = new CompactEncrypt(Buffer.from(text))
  .setProtectedHeader({ ...header, alg: 'dir' })
  .encrypt(createSecretKey(randomBytes(32)))

const bomb = deflateRawSync(Buffer.alloc(50 * 2 ** 20))
const good = await sealed(text, ours)

const changed = (index: number, change: (part: string) => string) =>
  good
    .split('.')
    .map((part, i) => (i === index ? change(part) : part))
    .join('.')
const flipped = (part: string) => (part.startsWith('A') ? 'B' : 'A') + part.slice(1)

const bodies: Readonly<Record<string, string>> = {
  'is in the clear': text,
  'is for a key that is not here': await sealed(text, ours, { kid: 'other' }),
  'is for a key of that name that is not ours': await sealed(text, stranger),
  'names no key': await sealed(text, ours, { kid: undefined }),
  'names its key by another type': await sealed(text, ours, { kid: 1 }),
  'is for one key and names another': await sealed(text, ours, { kid: 'ours-rsa' }),
  'is not encrypted but says so': `${segment({ alg: 'none', enc: 'none', kid: 'ours' })}..${''}.${Buffer.from(text).toString('base64url')}.`,
  'has alg none': changed(0, () => segment({ ...header, alg: 'none' })),
  'agrees on the content key directly': await new CompactEncrypt(Buffer.from(text))
    .setProtectedHeader({ ...header, alg: 'ECDH-ES' })
    .encrypt(createPublicKey(ours.key)),
  'uses a shared key': await direct,
  'has RSA1_5 for an algorithm': changed(0, () => segment({ ...header, alg: 'RSA1_5', kid: 'ours-rsa' })),
  'has CBC for its content': await new CompactEncrypt(Buffer.from(text))
    .setProtectedHeader({ ...header, enc: 'A128CBC-HS256' })
    .encrypt(createPublicKey(ours.key)),
  'would grow when it is opened': `${segment({ ...header, zip: 'DEF' })}.AAAA.AAAA.${bomb.toString('base64url')}.AAAAAAAAAAAAAAAAAAAAAA`,
  'has a critical extension': changed(0, () => segment({ ...header, crit: ['exp'], exp: 1 })),
  'brings its own key': changed(0, () => segment({ ...header, jwk: stranger.jwk })),
  'points to a key': changed(0, () => segment({ ...header, jku: 'http://127.0.0.1:1/' })),
  'has another header': changed(0, () => segment({ ...header, cty: 'text/plain' })),
  'has another encrypted key': changed(1, flipped),
  'has another vector': changed(2, flipped),
  'has another text': changed(3, flipped),
  'has another tag': changed(4, flipped),
  'has a short tag': changed(4, part => part.slice(0, 8)),
  'has a part too many': `${good}.AAAA`,
  'has a line break behind it': `${good}\n`,
  'is a JWS': await new CompactSign(Buffer.from(text)).setProtectedHeader({ alg: 'ES256', kid: 'ours' }).sign(ours.key),
  'does not say what it holds': await sealed(text, ours, { cty: undefined }),
  'would hold two fields in its type': await sealed(text, ours, { cty: 'a/b\r\nX: y' }),
}

const told = 'Encrypt with a key of /.well-known/jwks.json, as the operation asks.'

test('a body that is not encrypted as it has to be reaches no backend, and its caller learns nothing of why', async t => {
  const { backend, post } = await start(t, 'message: body')
  for (const [what, body] of Object.entries(bodies)) {
    const response = await post(body, jose)
    assert.equal(response.status, 400, what)
    const { code, detail } = await problemOf(response)
    assert.deepEqual([code, detail], ['decryption-failed', told], what)
  }
  assert.equal((await post(good, { 'Content-Type': 'application/json' })).status, 400, 'another type')
  assert.equal((await post(gzipSync(good), { ...jose, 'Content-Encoding': 'gzip' })).status, 400, 'a coding')
  assert.equal(backend.received.length, 0)
  for (const jwe of [good, await sealed(text, oursRsa)]) assert.equal((await post(jwe, jose)).status, 200)
  assert.deepEqual(
    backend.received.map(({ body }) => body.toString()),
    [text, text],
  )
})

const pairs = (...list: readonly (readonly string[])[]) => sealed(JSON.stringify(list), ours)

const fields: Readonly<Record<string, string>> = {
  'is no JWE': 'x',
  'holds no list': await sealed('{"x-secret": "s"}', ours),
  'holds no pairs': await pairs(['x-secret', 's', 't']),
  'holds a member twice': await sealed('[["x-secret", "s"]', ours),
  'holds a field that may not come': await pairs(['x-secret', 's'], ['x-role', 'admin']),
  'holds a credential': await pairs(['authorization', 'Bearer x']),
  'frames the message anew': await pairs(['content-length', '0']),
  'holds two fields in one': await pairs(['x-secret', 's\r\nX-Role: admin']),
  'holds a value that ends in a blank': await pairs(['x-secret', 's ']),
  'holds a name that is none': await pairs(['x-secret: s\r\nx', 's']),
  'holds letters beyond latin1': await pairs(['x-secret', '☃']),
}

test('encrypted fields may be those that are listed, once and nowhere in the clear', async t => {
  const { backend, post } = await start(t, 'message: headers, headers: [x-secret]')
  const json = { 'Content-Type': 'application/json' }
  const name = 'Sallyport-Encrypted-Headers'
  for (const [what, field] of Object.entries(fields)) {
    const response = await post(text, { ...json, [name]: field })
    assert.equal((await problemOf(response)).code, 'decryption-failed', what)
  }
  const jwe = await pairs(['X-Secret', 's'])
  assert.equal((await post(text, json)).status, 400, 'none')
  assert.equal((await post(text, { ...json, 'X-Secret': 's' })).status, 400, 'in the clear')
  assert.equal((await post(text, { ...json, 'X-Secret': 't', [name]: jwe })).status, 400, 'both')
  assert.equal(backend.received.length, 0)
  assert.equal((await post(text, { ...json, [name]: jwe })).status, 200)
  assert.deepEqual(valuesOf(backend.received[0], 'x-secret'), ['s'])
})

const values: Readonly<Record<string, string>> = {
  'is in the clear': '"4111"',
  'is no text': '4111',
  'holds no JSON': JSON.stringify(await sealed('4111 ', ours).then(jwe => jwe.slice(0, -1))),
  'holds half of a JSON': JSON.stringify(await sealed('{"a":', ours)),
  'holds members of its surroundings': JSON.stringify(await sealed('1, "admin": true', ours)),
  'holds a member twice': JSON.stringify(await sealed('{"a":1,"a":2}', ours)),
  'is nested too deep': JSON.stringify(await sealed('['.repeat(100) + ']'.repeat(100), ours)),
  'holds bytes that are no text': JSON.stringify(
    await new CompactEncrypt(Buffer.of(0x22, 0xff, 0x22)).setProtectedHeader(header).encrypt(createPublicKey(ours.key)),
  ),
}

test('a value that has to be encrypted and is not, or holds anything but one JSON value, is refused', async t => {
  const { backend, post } = await start(t, 'fields: $.card')
  const json = { 'Content-Type': 'application/json' }
  for (const [what, value] of Object.entries(values)) {
    const response = await post(`{"card": ${value}}`, json)
    assert.equal((await problemOf(response)).code, 'decryption-failed', what)
  }
  for (const type of ['application/xml', 'application/json; charset=utf-7', 'application/json;charset'])
    assert.equal((await post('{"card": 1}', { 'Content-Type': type })).status, 415, type)
  assert.equal((await post('{"card": 1, "card": 2}', json)).status, 400)
  assert.equal(backend.received.length, 0)
  const coded = gzipSync(`{"card": "${await sealed('4111', ours)}"}`)
  assert.equal((await post(coded, { ...json, 'Content-Encoding': 'gzip' })).status, 200)
  assert.equal(backend.received[0]?.body.toString(), '{"card": 4111}')
  assert.deepEqual(valuesOf(backend.received[0], 'content-encoding'), [])
})

test('private keys stand neither in what is published nor in what a refusal says', async t => {
  const { gateway } = await start(t, 'message: body')
  const published = await (await gateway.call('/.well-known/jwks.json')).text()
  const { d = '' } = ours.key.export({ format: 'jwk' })
  assert.ok(published.includes('"use":"enc"') && !published.includes(d) && !/"(?:d|p|q)":/.test(published))
  assert.ok(!JSON.stringify(gateway.events).includes(d))
})

test('a request has no more values opened or encrypted than somebody waits for', async t => {
  const json = { 'Content-Type': 'application/json' }
  const { backend, post } = await start(t, 'fields: "$[*]"')
  const one = await sealed('1', ours)
  const encrypt = `protect: { encrypt: { requests: { keys: { file: ./jwks.json }, fields: [{ at: '$[*]', for: [ours] }] } } }`
  const gateway = await startGateway(t, openYaml({ to: backend.url, api: [encrypt] }), {
    files: { 'jwks.json': jwksFor(ours) },
  })
  const many = (value: unknown, count: number) => JSON.stringify(Array.from({ length: count }, () => value))
  const encrypting = (count: number) =>
    gateway.call('/shop/pay', { method: 'POST', body: many(1, count), headers: json })
  assert.deepEqual([(await post(many(one, 257), json)).status, (await encrypting(257)).status], [400, 400])
  assert.equal(backend.received.length, 0)
  assert.deepEqual([(await post(many(one, 256), json)).status, (await encrypting(256)).status], [200, 200])
  assert.equal(backend.received[0]?.body.toString(), many(1, 256))
})
