import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generalDecrypt } from 'jose'
import { type Answer, startBackend, valuesOf } from '../harness/backend.ts'
import { ecRecipient, jwksFor, opened, rsaRecipient, sealed } from '../harness/encrypted.ts'
import { startGateway } from '../harness/gateway.ts'
import { keysFile, newKey } from '../harness/keys.ts'
import { openYaml } from '../harness/open.ts'
import { problemOf } from '../harness/problem.ts'

const [appA, appB, audit] = [ecRecipient('app-a'), rsaRecipient('app-b'), rsaRecipient('audit')]
const files = { 'apps.jwks.json': jwksFor(appA, appB, audit) }

const patient =
  '{ "id":7, "name": "Ann",\n  "iban": {"no": "DE02 1203", "n": 12345678901234567890},"visits":[{"note":"flu"},{"note":1.0}] }'
const answering =
  (text: string, more: Record<string, string> = {}): Answer =>
  (_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', ETag: '"v1"', 'Content-MD5': 'x', ...more })
    response.end(text)
  }

const encrypting = (direction: string, settings: string) =>
  `protect: { encrypt: { ${direction}: { keys: { file: ./apps.jwks.json }, ${settings} } } }`

test('[W20] chosen fields are encrypted for an application: it reads them, another one sees ciphertext, the rest keeps its bytes', async t => {
  const backend = await startBackend(t, answering(patient))
  const settings = "fields: [{ at: [$.iban, '$.visits[*].note'], for: [app-a] }]"
  const gateway = await startGateway(t, openYaml({ to: backend.url, api: [encrypting('answers', settings)] }), {
    files,
  })
  const response = await gateway.call('/shop/patients/7')
  const text = await response.text()
  const { iban, visits } = JSON.parse(text)
  const notes = [visits[0].note, visits[1].note]
  assert.deepEqual(await opened(iban, appA), {
    text: '{"no": "DE02 1203", "n": 12345678901234567890}',
    cty: 'application/json',
  })
  assert.deepEqual([(await opened(notes[0], appA)).text, (await opened(notes[1], appA)).text], ['"flu"', '1.0'])
  for (const jwe of [iban, ...notes]) await assert.rejects(opened(jwe, appB))
  const restored = text
    .replace(`"${iban}"`, '{"no": "DE02 1203", "n": 12345678901234567890}')
    .replace(`"${notes[0]}"`, '"flu"')
    .replace(`"${notes[1]}"`, '1.0')
  assert.equal(restored, patient)
  assert.equal(response.headers.get('ETag'), 'W/"v1"')
  assert.equal(response.headers.get('Content-MD5'), null)
})

test('[W20] each application gets what only its own key opens; one without a key gets nothing, and the backend is not called', async t => {
  const backend = await startBackend(t, answering(patient))
  const [a, b, c] = ['app-a', 'app-b', 'app-c'].map(application => newKey({ application }))
  assert.ok(a && b && c)
  const settings = 'fields: [{ at: $.name, for: application }]'
  const yaml = openYaml({
    ...{ to: backend.url, before: 'apiKeys: ./keys.yaml', identify: '{ apiKey: {} }' },
    api: [encrypting('answers', settings)],
  })
  const gateway = await startGateway(t, yaml, { files: { ...files, 'keys.yaml': keysFile({ a, b, c }) } })
  const get = (key: string) => gateway.call('/shop/patients/7', { headers: { 'X-API-Key': key } })
  for (const [key, own, other] of [
    [a, appA, appB],
    [b, appB, appA],
  ] as const) {
    const { name } = JSON.parse(await (await get(key.key)).text())
    assert.equal((await opened(name, own)).text, '"Ann"')
    await assert.rejects(opened(name, other))
  }
  const refused = await get(c.key)
  assert.equal((await problemOf(refused)).code, 'recipient-unknown')
  assert.equal(backend.received.length, 2)
})

test('[W20] a value for several recipients opens with the key of each; what stands in an encrypted value may be for others', async t => {
  const backend = await startBackend(t, answering(patient))
  const settings = 'fields: [{ at: $.iban, for: [app-a, audit] }, { at: $.iban.no, for: [audit] }]'
  const gateway = await startGateway(t, openYaml({ to: backend.url, api: [encrypting('answers', settings)] }), {
    files,
  })
  const { iban } = JSON.parse(await (await gateway.call('/shop/patients/7')).text())
  for (const { key } of [appA, audit]) {
    const { plaintext } = await generalDecrypt(iban, key)
    const { no } = JSON.parse(Buffer.from(plaintext).toString())
    assert.equal((await opened(no, audit)).text, '"DE02 1203"')
    await assert.rejects(opened(no, appA))
  }
  await assert.rejects(generalDecrypt(iban, appB.key))
})

test('an answer in which no field can be found does not leave', async t => {
  for (const text of ['<patient/>', '{"name": "Ann", "name": "x"}', '{']) {
    const backend = await startBackend(t, answering(text))
    const api = [encrypting('answers', 'fields: [{ at: $.name, for: [app-a] }]')]
    const gateway = await startGateway(t, openYaml({ to: backend.url, api }), { files })
    assert.equal((await problemOf(await gateway.call('/shop/x'))).code, 'answer-invalid')
  }
})

const gatewayKey = ecRecipient('inner')
const levels = {
  none: { seals: undefined, opens: undefined },
  headers: {
    seals: 'message: headers, headers: [x-secret, accept]',
    opens: 'message: headers, headers: [x-secret, accept]',
  },
  body: { seals: 'message: body', opens: 'message: body' },
  full: { seals: 'message: full, headers: [x-secret, accept]', opens: 'message: full, headers: [x-secret, accept]' },
} as const

/** A gateway that encrypts, before one that decrypts, before a backend. */
async function chain(t: Parameters<typeof startBackend>[0], level: keyof typeof levels) {
  const { seals, opens } = levels[level]
  const inner = await startBackend(t)
  const decrypt = opens && [`inspect: { decrypt: { keys: [{ key: "\${file:./inner.pem}", keyid: inner }], ${opens} } }`]
  const decrypting = openYaml({ to: inner.url, path: '/', ...(decrypt && { api: decrypt }) })
  const second = await startGateway(t, decrypting, { files: { 'inner.pem': gatewayKey.pem } })
  const encrypt = seals && [
    `protect: { encrypt: { requests: { keys: { jwks: "${second.url}/.well-known/jwks.json" }, for: [inner], ${seals} } } }`,
  ]
  const mock = await startBackend(t)
  const first = await startGateway(t, openYaml({ to: mock.url, ...(encrypt && { api: encrypt }) }))
  const through = await startGateway(t, openYaml({ to: second.url, ...(encrypt && { api: encrypt }) }))
  return { mock, inner, first, through }
}

const sent = {
  method: 'POST',
  body: '{"pin": 1234}',
  headers: { 'Content-Type': 'application/json', 'X-Secret': 's3cret', Accept: 'a/b' },
}

for (const level of ['none', 'headers', 'body', 'full'] as const) {
  test(`[A9] with message level ${level} the mock sees ciphertext in that part alone, and all of it arrives`, async t => {
    const { mock, inner, first, through } = await chain(t, level)
    assert.equal((await first.call('/shop/pay', sent)).status, 200)
    const [seen] = mock.received
    const [inBody, inHeaders] = [level === 'body' || level === 'full', level === 'headers' || level === 'full']
    const text = seen?.body.toString() ?? ''
    assert.equal(text === sent.body, !inBody)
    assert.deepEqual(valuesOf(seen, 'content-type'), [inBody ? 'application/jose' : 'application/json'])
    assert.deepEqual(valuesOf(seen, 'x-secret'), inHeaders ? [] : ['s3cret'])
    assert.deepEqual(valuesOf(seen, 'accept'), inHeaders ? [] : ['a/b'])
    if (inBody) assert.deepEqual(await opened(text, gatewayKey), { text: sent.body, cty: 'application/json' })
    const [field] = valuesOf(seen, 'sallyport-encrypted-headers')
    assert.equal(field !== undefined, inHeaders)
    if (inHeaders) {
      const fields = new Map<string, string>(JSON.parse((await opened(field, gatewayKey)).text))
      assert.equal(fields.get('X-Secret') ?? fields.get('x-secret'), 's3cret')
    }
    const arrived = await through.call('/shop/pay', sent)
    assert.equal(arrived.status, 200, await arrived.text())
    const [got] = inner.received
    assert.equal(got?.body.toString(), sent.body)
    assert.deepEqual(valuesOf(got, 'content-type'), ['application/json'])
    assert.deepEqual(valuesOf(got, 'x-secret'), ['s3cret'])
    assert.deepEqual(valuesOf(got, 'accept'), ['a/b'])
    assert.deepEqual(valuesOf(got, 'sallyport-encrypted-headers'), [])
  })
}

test('[A9] answers are encrypted by level as requests are, for the caller', async t => {
  const backend = await startBackend(t, answering(patient, { 'X-Secret': 'one' }))
  const settings = 'message: full, headers: [x-secret, etag], for: [app-a]'
  const gateway = await startGateway(t, openYaml({ to: backend.url, api: [encrypting('answers', settings)] }), {
    files,
  })
  const response = await gateway.call('/shop/x')
  const { headers } = response
  assert.deepEqual(
    [headers.get('Content-Type'), headers.get('X-Secret'), headers.get('ETag')],
    ['application/jose', null, null],
  )
  assert.deepEqual(await opened(await response.text(), appA), { text: patient, cty: 'application/json' })
  const inside = JSON.parse((await opened(headers.get('Sallyport-Encrypted-Headers'), appA)).text)
  assert.deepEqual(inside, [
    ['ETag', 'W/"v1"'],
    ['X-Secret', 'one'],
  ])
})

test('fields that come encrypted go on as what they hold, and the rest as it came', async t => {
  const backend = await startBackend(t)
  const yaml = openYaml({
    to: backend.url,
    api: [
      'inspect: { decrypt: { keys: [{ key: "${file:./inner.pem}", keyid: inner }], fields: [$.card, "$.pins[*]"] }, body: ./order.schema.json }',
    ],
  })
  const schema = JSON.stringify({
    type: 'object',
    properties: { card: { type: 'object', required: ['no'], properties: { no: {} } } },
  })
  const gateway = await startGateway(t, yaml, { files: { 'inner.pem': gatewayKey.pem, 'order.schema.json': schema } })
  const post = (body: string) =>
    gateway.call('/shop/pay', { method: 'POST', body, headers: { 'Content-Type': 'application/json' } })
  const seal = (text: string) => sealed(text, gatewayKey)
  const body = `{ "card":"${await seal('{"no": 12345678901234567890}')}" ,"pins":["${await seal('1.0')}"], "x": 1.0 }`
  assert.equal((await post(body)).status, 200)
  assert.equal(backend.received[0]?.body.toString(), '{ "card":{"no": 12345678901234567890} ,"pins":[1.0], "x": 1.0 }')
  const unfit = await post(`{"card":"${await seal('{}')}"}`)
  assert.equal((await problemOf(unfit)).code, 'input-invalid', 'what is decrypted is judged by the rules after it')
  assert.equal(backend.received.length, 1)
})
