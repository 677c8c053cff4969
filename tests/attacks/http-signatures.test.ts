import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { test } from 'node:test'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { startBackend } from '../harness/backend.ts'
import { noon, startGateway, type TestGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { problemOf } from '../harness/problem.ts'
import { fieldOf, repliesIn, speak } from '../harness/raw.ts'
import { digestOf, type Signed, type SignOptions, signedRequest } from '../harness/signed.ts'

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })

const jwks = JSON.stringify({
  keys: [
    { ...ec.publicKey.export({ format: 'jwk' }), kid: 'ec', use: 'sig' },
    { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'rsa', use: 'sig' },
  ],
})

async function start(t: Parameters<typeof startBackend>[0], more = '') {
  const backend = await startBackend(t)
  const api = [`inspect: { signature: { keys: { file: ./jwks.json }${more} } }`]
  const gateway = await startGateway(t, openYaml({ to: backend.url, api }), { files: { 'jwks.json': jwks } })
  return { backend, gateway }
}

const body = '{"pay": 100}'
const order = ({ url }: TestGateway): Signed => ({
  method: 'POST',
  url: `${url}/shop/orders?to=alice`,
  headers: { 'content-type': 'application/json', 'x-note': 'one' },
  body,
})

type Sent = Omit<Signed, 'headers' | 'body'> & {
  readonly headers: readonly string[]
  readonly body: string | Uint8Array
}

/** Fields as they are written: repeated ones stay apart. */
const raw = ({ headers, body = '', ...rest }: Signed): Sent => ({
  ...rest,
  headers: Object.entries(headers).flat(),
  body,
})

function send({ url, method, headers, body }: Sent): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port, pathname, search, host } = new URL(url)
    const length = ['Content-Length', String(Buffer.byteLength(body))]
    const hosted = headers.some(name => name.toLowerCase() === 'host') ? [] : ['Host', host]
    const sent = httpRequest(
      { hostname, port, path: pathname + search, method, headers: [...hosted, ...headers, ...length] as never },
      answer => {
        const chunks: Buffer[] = []
        answer.on('data', chunk => chunks.push(chunk))
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }))
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

const good: SignOptions = { key: ec.privateKey, keyid: 'ec' }
const signed = async (gateway: TestGateway, options: Partial<SignOptions> = {}) =>
  raw(await signedRequest(order(gateway), { ...good, ...options }))

const edit = (sent: Sent, change: (name: string, value: string) => string | undefined): Sent => ({
  ...sent,
  headers: sent.headers.flatMap((name, i) => {
    if (i % 2 === 1) return []
    const value = change(name.toLowerCase(), sent.headers[i + 1] ?? '')
    return value === undefined ? [] : [name, value]
  }),
})

const without = (sent: Sent, ...names: readonly string[]) => edit(sent, (n, v) => (names.includes(n) ? undefined : v))
const also = (sent: Sent, ...more: readonly string[]): Sent => ({ ...sent, headers: [...sent.headers, ...more] })

type Attack = (gateway: TestGateway) => Promise<Sent>

const attacks: Readonly<Record<string, Attack>> = {
  'bears no signature at all': async gateway =>
    raw({ ...order(gateway), headers: { 'content-digest': digestOf(body) } }),
  'lost its signature': async gateway => without(await signed(gateway), 'signature'),
  'lost what its signature covers': async gateway => without(await signed(gateway), 'signature-input'),
  'has an empty signature': async gateway => edit(await signed(gateway), (n, v) => (n === 'signature' ? 'sig1=::' : v)),
  'has a changed method': async gateway => ({ ...(await signed(gateway)), method: 'PUT' }),
  'has a changed path': async gateway => ({ ...(await signed(gateway)), url: `${gateway.url}/shop/refunds?to=alice` }),
  'has a changed query': async gateway => ({
    ...(await signed(gateway)),
    url: `${gateway.url}/shop/orders?to=mallory`,
  }),
  'has another host': async gateway => also(await signed(gateway), 'Host', 'shop.example.com'),
  'has a changed body': async gateway => ({ ...(await signed(gateway)), body: body.replace('1', '9') }),
  'has a changed body with its digest': async gateway => {
    const other = body.replace('1', '9')
    return { ...edit(await signed(gateway), (n, v) => (n === 'content-digest' ? digestOf(other) : v)), body: other }
  },
  'has the digest of its body without the coding': async gateway => {
    const sent = await signedRequest(
      { ...order(gateway), headers: { ...order(gateway).headers, 'content-encoding': 'gzip' } },
      {
        ...good,
        fields: ['@method', '@authority', '@path', '@query', 'content-type', 'content-digest', 'content-encoding'],
      },
    )
    return { ...raw(sent), body: gzipSync(body) }
  },
  'was given a coding that is not covered': async gateway => {
    const coded = brotliCompressSync(body).toString('latin1')
    return also(raw(await signedRequest({ ...order(gateway), body: coded }, good)), 'Content-Encoding', 'br')
  },
  'has a digest that nobody can check': async gateway =>
    edit(await signed(gateway), (n, v) => (n === 'content-digest' ? 'md5=:AAAA:' : v)),
  'has a second digest that is wrong': async gateway =>
    also(await signed(gateway), 'Content-Digest', digestOf('x', 'sha-512')),
  'has the same digest twice': async gateway => also(await signed(gateway), 'Content-Digest', digestOf(body)),
  'has another content type beside its own': async gateway =>
    edit(await signed(gateway), (n, v) => (n === 'content-type' ? 'text/html' : v)),
  'covers no body': gateway =>
    signed(gateway, { fields: ['@method', '@authority', '@path', '@query', 'content-type'] }),
  'covers no query': gateway =>
    signed(gateway, { fields: ['@method', '@authority', '@path', 'content-type', 'content-digest'] }),
  'covers nothing': gateway => signed(gateway, { fields: [] }),
  'covers the components of a request that it answers': gateway =>
    signed(gateway, { fields: ['@method', '@authority', '@path', '@query', 'content-type', 'content-digest'] }).then(
      sent => edit(sent, (n, v) => (n === 'signature-input' ? v.replace('"@path"', '"@path";req') : v)),
    ),
  'covers a component twice': gateway =>
    signed(gateway, {
      fields: ['@method', '@method', '@authority', '@path', '@query', 'content-type', 'content-digest'],
    }),
  'has its label twice': async gateway => {
    const sent = await signed(gateway)
    return also(sent, 'Signature-Input', 'sig1=();created=1', 'Signature', 'sig1=:AAAA:')
  },
  'has a second signature': async gateway =>
    also(await signed(gateway), 'Signature-Input', 'sig2=();created=1', 'Signature', 'sig2=:AAAA:'),
  'names a key that is not here': gateway => signed(gateway, { keyid: 'other' }),
  'names no key and was made by a stranger': gateway =>
    signed(gateway, { key: stranger.privateKey, params: ['created', 'expires', 'alg'] }),
  'was made by a stranger': gateway => signed(gateway, { key: stranger.privateKey }),
  'says that it was made by another algorithm': async gateway =>
    edit(await signed(gateway), (n, v) =>
      n === 'signature-input' ? v.replace('ecdsa-p256-sha256', 'rsa-pss-sha512') : v,
    ),
  'is an HMAC with the public key': async gateway => {
    const forged = await signedRequest(order(gateway), {
      ...good,
      key: ec.privateKey,
      alg: 'hmac-sha256',
    }).catch(() => undefined)
    if (forged !== undefined) return raw(forged)
    const sent = edit(await signed(gateway), (n, v) =>
      n === 'signature-input' ? v.replace('ecdsa-p256-sha256', 'hmac-sha256') : v,
    )
    const code = createHmac('sha256', ec.publicKey.export({ type: 'spki', format: 'pem' }))
      .update('')
      .digest('base64')
    return edit(sent, (n, v) => (n === 'signature' ? `sig1=:${code}:` : v))
  },
  'is by an algorithm that is not accepted': gateway =>
    signed(gateway, { key: rsa.privateKey, keyid: 'rsa', alg: 'rsa-v1_5-sha256' }),
  'does not say when it was made': gateway => signed(gateway, { params: ['keyid', 'alg'] }),
  'was made long ago': gateway => signed(gateway, { created: noon - 301_000, expires: noon + 60_000 }),
  'was made in the future': gateway => signed(gateway, { created: noon + 31_000 }),
  'has expired': gateway => signed(gateway, { created: noon - 60_000, expires: noon - 1000 }),
  'has a parameter that nobody knows': async gateway =>
    edit(await signed(gateway), (n, v) => (n === 'signature-input' ? `${v};extra` : v)),
  'has a Signature-Input that is no dictionary': async gateway =>
    edit(await signed(gateway), (n, v) => (n === 'signature-input' ? `${v},` : v)),
}

test('a request whose signature is anything but good reaches no backend, and tells its caller no more than what to sign', async t => {
  const { backend, gateway } = await start(t)
  for (const [what, attack] of Object.entries(attacks)) {
    const { status, text } = await send(await attack(gateway))
    assert.equal(status, 400, `${what}: ${text}`)
    const problem = await problemOf(new Response(text))
    assert.equal(problem.code, 'signature-bad', what)
    assert.equal(
      problem.detail,
      'The request needs a signature of RFC 9421 over all that Accept-Signature names and it has.',
    )
  }
  assert.equal(backend.received.length, 0)
  assert.equal((await send(await signed(gateway))).status, 200, 'the same request as it was signed')
  const rsaSigned = await signed(gateway, { key: rsa.privateKey, keyid: 'rsa', alg: 'rsa-pss-sha512' })
  assert.equal((await send(rsaSigned)).status, 200, 'and by an RSA key')
})

test('with a label only that signature counts, whatever stands beside it', async t => {
  const { gateway } = await start(t, ', label: mine')
  const sent = await signed(gateway, { name: 'mine' })
  const beside = also(sent, 'Signature-Input', 'other=();created=1', 'Signature', 'other=:AAAA:')
  assert.equal((await send(beside)).status, 200)
  assert.equal((await send(await signed(gateway, { name: 'other' }))).status, 400)
})

test('what a rule wants covered beside the rest must be there', async t => {
  const { gateway } = await start(t, ', covers: [x-note]')
  const fields = ['@method', '@authority', '@path', '@query', 'content-type', 'content-digest']
  assert.equal((await send(await signed(gateway, { fields }))).status, 400)
  assert.equal((await send(await signed(gateway, { fields: [...fields, 'x-note'] }))).status, 200)
})

test('a hostile Signature-Input takes no more time than its length', async t => {
  const { gateway } = await start(t)
  const sent = await signed(gateway)
  for (const text of [
    'sig1=('.repeat(2000),
    `sig1=(${'"a" '.repeat(3000)})`,
    `sig1=${'"\\'.repeat(5000)}`,
    ',a'.repeat(6000),
  ]) {
    const { status } = await send(edit(sent, (n, v) => (n === 'signature-input' ? text : v)))
    assert.equal(status, 400)
  }
})

test('a Content-Digest is checked where it is asked for, coding and all', async t => {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, openYaml({ to: backend.url, api: ['inspect: { digest: true }'] }))
  const coded = gzipSync(body)
  const post = (bytes: string | Uint8Array, headers: Record<string, string>) =>
    fetch(`${gateway.url}/shop/orders`, { method: 'POST', body: bytes, headers })
  const tries = [
    [body, { 'Content-Digest': digestOf(body) }, 200],
    [body, { 'Content-Digest': digestOf(body, 'sha-512') }, 200],
    [coded, { 'Content-Digest': digestOf(coded), 'Content-Encoding': 'gzip' }, 200],
    [coded, { 'Content-Digest': digestOf(body), 'Content-Encoding': 'gzip' }, 400],
    [body, { 'Content-Digest': `${digestOf(body)}, ${digestOf('x', 'sha-512')}` }, 400],
    [body, { 'Content-Digest': 'sha-256="x"' }, 400],
    [body, { 'Content-Digest': '' }, 400],
    [body, {}, 400],
  ] as const
  for (const [bytes, headers, status] of tries) {
    const response = await post(bytes, headers)
    assert.equal(response.status, status, JSON.stringify(headers))
    if (status === 400) assert.equal(response.headers.get('Want-Content-Digest'), 'sha-512=3, sha-256=5')
  }
  assert.equal((await fetch(`${gateway.url}/shop/orders`)).status, 200)
})

test('answers are signed whatever the request was: a host that is none, a field that was left out', async t => {
  const backend = await startBackend(t)
  const signed = "httpSignature: { answers: { covers: ['x-note;req', '@scheme;req'] } }"
  const gateway = await startGateway(
    t,
    openYaml({ to: backend.url, api: [`protect: { ${signed}, securityHeaders: true }`] }),
  )
  const covered = async (request: string) => {
    const [reply] = repliesIn(await speak(gateway.url, `${request}\r\nConnection: close\r\n\r\n`))
    assert.deepEqual(fieldOf(reply, 'x-frame-options'), ['DENY'])
    return [
      reply?.status,
      fieldOf(reply, 'signature-input')
        .join()
        .replace(/;created.*/, ''),
    ]
  }
  const [status, told] = await covered('GET /shop/x HTTP/1.1\r\nHost: a\xff')
  assert.deepEqual([status, told], [400, 'sallyport=("@status" "content-type" "content-digest")'])
  const [, without] = await covered('GET /shop/x HTTP/1.1\r\nHost: a')
  assert.match(String(without), /"@scheme";req/)
  assert.doesNotMatch(String(without), /x-note/)
  const [, beside] = await covered('GET /shop/x HTTP/1.1\r\nHost: a\r\nX-Note: 7')
  assert.match(String(beside), /"x-note";req/)
})

test('an answer with a field that no signature can cover is an upstream’s fault, and its refusal is signed', async t => {
  const backend = await startBackend(t, (_, response) =>
    response.writeHead(302, { Location: 'https://other.example/caf\xe9' }).end(),
  )
  const gateway = await startGateway(t, openYaml({ to: backend.url, api: ['protect: { httpSignature: true }'] }))
  const response = await gateway.call('/shop/x')
  assert.equal((await problemOf(response)).code, 'answer-invalid')
  assert.ok(response.headers.has('signature'))
})
