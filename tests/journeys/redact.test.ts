import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { valuesOf } from '../harness/backend.ts'
import { problemOf } from '../harness/problem.ts'
import { json, startRedacting, startRedactingFor } from '../harness/redacting.ts'
import { testIssuer } from '../harness/tokens.ts'

const issuer = await testIssuer()

const orders = `{ "orders" : [
  { "id": 12345678901234567890, "supplier": { "iban": "DE89370400440532013000", "rate": 1.0 } },
  { "id": 2, "note": "\\u00e9", "supplier": { "iban": "FR7630006000011234567890189" } }
] }`
const without = orders
  .replace('"iban": "DE89370400440532013000", ', '')
  .replace('"iban": "FR7630006000011234567890189"', '')

const rules = '[{ at: $..supplier.iban, unless: { roles: [buyer] } }]'

test('[W19] a member goes for all but those who may see it, and everything else keeps its bytes', async t => {
  const { as } = await startRedactingFor(t, issuer, rules, { body: orders })
  assert.equal(await (await as({ roles: ['buyer'] })).text(), orders)
  const clerk = await as({ roles: ['clerk'] })
  assert.equal(await clerk.text(), without)
  assert.match(clerk.headers.get('cache-control') ?? '', /\bprivate\b/)
})

for (const [coding, encode] of [
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
] as const) {
  test(`[W19] a member is absent from an answer that comes in ${coding}, though nobody had asked for that`, async t => {
    const body = encode('{"ssn":"078-05-1120","name":"Ann"}')
    const headers = { ...json, 'Content-Encoding': coding }
    const { get, backend } = await startRedacting(t, '[{ at: $..ssn }]', { headers, body })
    const response = await get({ 'Accept-Encoding': 'gzip, br, zstd' })
    assert.equal(await response.text(), '{"name":"Ann"}')
    assert.equal(response.headers.get('content-encoding'), null)
    assert.deepEqual(valuesOf(backend.received[0], 'accept-encoding'), ['identity'])
  })
}

for (const status of [201, 400, 404, 500, 503]) {
  test(`[W19] a member is absent from an answer with status ${status}`, async t => {
    const body = '{"error":{"message":"no","user":{"ssn":"078-05-1120"}}}'
    const headers = { 'Content-Type': 'application/problem+json' }
    const { get } = await startRedacting(t, '[{ at: $..ssn }]', { status, headers, body })
    const response = await get()
    assert.deepEqual([response.status, await response.text()], [status, '{"error":{"message":"no","user":{}}}'])
  })
}

test('[W19] a member is absent from an answer that was kept, for those who may not see it, whoever it was fetched for', async t => {
  const headers = { ...json, 'Cache-Control': 'public, max-age=60', ETag: '"v1"' }
  const given = { headers, body: orders }
  for (const [first, second] of [
    ['buyer', 'clerk'],
    ['clerk', 'buyer'],
  ] as const) {
    const { as, backend } = await startRedactingFor(t, issuer, rules, given, 'cache: true')
    const seen = { [first]: await as({ roles: [first] }), [second]: await as({ roles: [second] }) }
    const again = await as({ roles: ['clerk'] })
    assert.equal(backend.received.length, 1, 'the others were given what was kept')
    assert.deepEqual(
      [await seen.buyer?.text(), await seen.clerk?.text(), await again.text()],
      [orders, without, without],
    )
    const tag = again.headers.get('etag') ?? ''
    assert.deepEqual([tag, seen.buyer?.headers.get('etag')], [seen.clerk?.headers.get('etag'), '"v1"'])
    assert.equal((await as({ roles: ['clerk'] }, { 'If-None-Match': tag })).status, 304)
    assert.equal((await as({ roles: ['clerk'] }, { 'If-None-Match': '"v1"' })).status, 200)
    assert.match(again.headers.get('cache-control') ?? '', /^private/)
  }
})

test('[F40] a password is never returned, however deep it stands and whatever it holds', async t => {
  const body =
    '{"id":123,"name":"Ann","email":"ann@example.com","age":40,"password":"s3cret","old":[{"password":["a"]}]}'
  const { get, gateway } = await startRedacting(t, '[{ at: $..password }]', { body })
  assert.equal(await (await get()).text(), '{"id":123,"name":"Ann","email":"ann@example.com","age":40,"old":[{}]}')
  assert.doesNotMatch(JSON.stringify(gateway.events), /s3cret/)
})

test('what a rule does not read may not leave: 502, and the caller sees nothing of it', async t => {
  for (const [what, given] of [
    ['a page', { headers: { 'Content-Type': 'text/html' }, body: '<p>ssn 078-05-1120</p>' }],
    ['no type', { headers: {}, body: '{"ssn":1}' }],
    ['two types', { headers: { 'Content-Type': ['application/json', 'text/html'] }, body: '{}' }],
    ['another charset', { headers: { 'Content-Type': 'application/json; charset=utf-16' }, body: '{}' }],
    ['a broken text', { body: '{"ssn":1' }],
    ['a member twice', { body: '{"ssn":1,"\\u0073sn":2}' }],
    ['no UTF-8', { body: Buffer.from('{"ssn":"\xff"}', 'latin1') }],
    ['a byte order mark', { body: '\ufeff{"ssn":1}' }],
    ['an unknown coding', { headers: { ...json, 'Content-Encoding': 'zstd' }, body: 'x' }],
    ['two codings', { headers: { ...json, 'Content-Encoding': 'gzip, gzip' }, body: gzipSync(gzipSync('{}')) }],
    ['a part', { status: 206, headers: { ...json, 'Content-Range': 'bytes 0-1/9' }, body: '12' }],
    ['deep nesting', { body: '['.repeat(65) + ']'.repeat(65) }],
  ] as const) {
    const { get, gateway } = await startRedacting(t, '[{ at: $..ssn }]', given)
    const response = await get()
    assert.equal(response.status, 502, what)
    const { code, stage, detail } = await problemOf(response)
    assert.deepEqual([code, stage, detail], ['answer-invalid', 'protect', undefined], what)
    assert.equal(gateway.events[0]?.refusal?.rule, 'redact', what)
    assert.doesNotMatch(JSON.stringify(gateway.events), /078-05|ÿ/, what)
  }
})

test('answers without a body pass, whatever their type', async t => {
  for (const given of [{ status: 204 }, { status: 304 }, { body: '' }, { headers: { 'Content-Type': 'text/html' } }]) {
    const { get } = await startRedacting(t, '[{ at: $..ssn }]', given)
    assert.equal((await get()).status, given.status ?? 200)
  }
})

test('other types pass where that is written out, JSON does not pass as one', async t => {
  const redact = '{ rules: [{ at: $..ssn }], others: pass }'
  const page = { headers: { 'Content-Type': 'text/html', ETag: '"x"' }, body: '<p>hello</p>' }
  const passed = await (await startRedacting(t, redact, page)).get()
  assert.deepEqual([await passed.text(), passed.headers.get('etag')], ['<p>hello</p>', '"x"'])
  const broken = await startRedacting(t, redact, { body: '{"ssn":' })
  assert.equal((await broken.get()).status, 502)
})

test('parts of answers are not asked for, and nothing is told of the body that was', async t => {
  const headers = {
    ...json,
    ...{ 'Accept-Ranges': 'bytes', 'Content-MD5': 'x', Digest: 'x', 'Content-Digest': 'x', 'Repr-Digest': 'x' },
  }
  const { get, backend } = await startRedacting(t, '[{ at: $..ssn }]', { headers, body: '{"ssn":1}' })
  const asked = { Range: 'bytes=0-3', 'If-Range': '"x"', 'If-Modified-Since': 'Thu, 01 Jan 2026 00:00:00 GMT' }
  const response = await get(asked)
  assert.equal(await response.text(), '{}')
  assert.equal(response.headers.get('content-length'), '2')
  for (const name of ['accept-ranges', 'content-md5', 'digest', 'content-digest', 'repr-digest'])
    assert.equal(response.headers.get(name), null, name)
  for (const name of Object.keys(asked)) assert.deepEqual(valuesOf(backend.received[0], name.toLowerCase()), [], name)
})

test('an answer to HEAD tells no length, and the tag that GET tells', async t => {
  const { get } = await startRedacting(t, '[{ at: $..ssn }]', { headers: { ...json, ETag: '"v1"' }, body: '{"ssn":1}' })
  const [head, whole] = [await get({}, 'HEAD'), await get()]
  assert.equal(head.headers.get('content-length'), null)
  assert.equal(head.headers.get('etag'), whole.headers.get('etag'))
})

test('the tag of a redacted answer is weak and our own; whoever has it gets 304, and the upstream is asked without it', async t => {
  const given = { headers: { ...json, ETag: '"v1"', 'Last-Modified': 'x' }, body: orders }
  const { as, backend } = await startRedactingFor(t, issuer, rules, given)
  const first = await as({ roles: ['clerk'] })
  const tag = first.headers.get('etag') ?? ''
  assert.match(tag, /^W\/"[\w-]{43}"$/)
  for (const known of [tag, tag.slice(2), `"other", ${tag}`, '*']) {
    const again = await as({ roles: ['clerk'] }, { 'If-None-Match': known })
    assert.deepEqual([again.status, await again.text(), again.headers.get('etag')], [304, '', tag], known)
  }
  assert.deepEqual(valuesOf(backend.received[1], 'if-none-match'), [])
  assert.equal(
    (await as({ roles: ['clerk'] }, { 'If-None-Match': '"v1"' })).status,
    200,
    "the upstream's own is none here",
  )
  const buyer = await as({ roles: ['buyer'] }, { 'If-None-Match': tag })
  assert.deepEqual([buyer.status, buyer.headers.get('etag')], [200, '"v1"'], 'who sees more has another answer')
})

test('who may see what is theirs has a tag of their own', async t => {
  const redact = "[{ at: '$[*].history', unless: { same: ['@.doctor', caller.sub] } }]"
  const given = {
    headers: { ...json, ETag: '"v1"' },
    body: '[{"doctor":"alice","history":1},{"doctor":"bob","history":2}]',
  }
  const { as } = await startRedactingFor(t, issuer, redact, given)
  const [alice, bob] = [await as({ sub: 'alice' }), await as({ sub: 'bob' })]
  assert.equal(await alice.text(), '[{"doctor":"alice","history":1},{"doctor":"bob"}]')
  assert.equal(await bob.text(), '[{"doctor":"alice"},{"doctor":"bob","history":2}]')
  assert.notEqual(alice.headers.get('etag'), bob.headers.get('etag'))
})

test('caches that others share keep no answer that depends on who asks', async t => {
  const headers = { ...json, 'Cache-Control': 'public, max-age=60, s-maxage=600' }
  const { as } = await startRedactingFor(t, issuer, rules, { headers, body: '{}' })
  for (const roles of [['buyer'], []])
    assert.equal((await as({ roles })).headers.get('cache-control'), 'private, max-age=60')
})

test('a hash stays the same from call to call, and differs between gateways', async t => {
  const given = { body: '{"ssn":"078-05-1120"}' }
  const [one, other] = [
    await startRedacting(t, '[{ at: $..ssn, hash: true }]', given),
    await startRedacting(t, '[{ at: $..ssn, hash: true }]', given),
  ]
  const first = await (await one.get()).text()
  assert.equal(await (await one.get()).text(), first)
  assert.notEqual(await (await other.get()).text(), first)
  assert.match(first, /^\{"ssn":"[\w-]{43}"\}$/)
})
