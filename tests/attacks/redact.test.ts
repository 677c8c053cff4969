import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { repliesIn, speak } from '../harness/raw.ts'
import { json, startRedacting, startRedactingFor } from '../harness/redacting.ts'
import { testIssuer } from '../harness/tokens.ts'

const rule = '[{ at: $..password }]'
const secret = 'xyzzy-7-plugh'
const events = { 'Content-Type': 'text/event-stream' }

/** Each letter of a name as it is or as an escape (RFC 8259 section 7). */
const spelled = (name: string) =>
  fc
    .tuple(
      ...[...name].map(letter => {
        const code = letter.charCodeAt(0).toString(16).padStart(4, '0')
        return fc.constantFrom(letter, `\\u${code}`, `\\u${code.toUpperCase()}`)
      }),
    )
    .map(letters => letters.join(''))

test('however the name is spelled, the member goes', async t => {
  let body = ''
  const { get } = await startRedacting(t, rule, (_, response) => response.writeHead(200, json).end(body))
  await fc.assert(
    fc.asyncProperty(spelled('password'), fc.constantFrom('', ' ', '\n\t'), async (name, space) => {
      body = `{"a":[{${space}"${name}"${space}:${space}{"x":["${secret}"]}${space}}]}`
      const response = await get()
      assert.equal(response.status, 200)
      assert.ok(!(await response.text()).includes(secret))
    }),
    { numRuns: 40 },
  )
})

for (const [what, headers, body] of [
  ['the member twice, the second escaped', json, `{"password":"x","p\\u0061ssword":"${secret}"}`],
  ['a text behind the value', json, `{"a":1} {"password":"${secret}"}`],
  ['a comment', json, `{/*"a":1,*/"password":"${secret}"}`],
  ['single quotes', json, `{'password':'${secret}'}`],
  ['NaN', json, `{"a":NaN,"password":"${secret}"}`],
  ['deep nesting', json, `${'['.repeat(10_000)}{"password":"${secret}"}${']'.repeat(10_000)}`],
  ['UTF-16', json, Buffer.from(`\ufeff{"password":"${secret}"}`, 'utf16le')],
  ['an overlong form', json, Buffer.from(`{"p\xc1\xa1ssword":"${secret}"}`, 'latin1')],
  ['a type that browsers sniff', { 'Content-Type': 'text/x-json' }, `{"password":"${secret}"}`],
  ['a type with JSON in a parameter', { 'Content-Type': 'text/plain; a=application/json' }, `{"password":"${secret}"}`],
  ['two types in one field', { 'Content-Type': 'text/plain, application/json' }, `{"password":"${secret}"}`],
  ['a type that only looks like JSON', { 'Content-Type': 'application/json-seq' }, `\x1e{"password":"${secret}"}\n`],
  ['a charset in other words', { 'Content-Type': "application/json; charset*=utf-16''x" }, `{"password":"${secret}"}`],
  ['a coding that is none', { ...json, 'Content-Encoding': 'gzip' }, `{"password":"${secret}"}`],
  [
    'two fields of codings',
    { ...json, 'Content-Encoding': ['identity', 'br, gzip'] },
    gzipSync(`{"password":"${secret}"}`),
  ],
  ['a bomb', { ...json, 'Content-Encoding': 'gzip' }, gzipSync(Buffer.alloc(2 ** 26, `{"password":"${secret}"}`))],
  ['a million and one values', json, `[${'0,'.repeat(1_000_000)}{"password":"${secret}"}]`],
] as const) {
  test(`${what}: nothing of the answer leaves`, async t => {
    const { get } = await startRedacting(t, rule, { headers, body })
    const response = await get()
    assert.equal(response.status, 502)
    assert.ok(!(await response.text()).includes(secret))
  })
}

for (const type of [
  'application/json; charset=utf-16',
  'application/problem+json; charset=latin1',
  'text/event-stream; charset=latin1',
  'text/plain, application/json',
  ['text/plain', 'application/json'],
]) {
  test(`other types pass where that is wanted, JSON that no rule reads does not: ${type}`, async t => {
    const body = `{"password":"${secret}"}`
    const { get } = await startRedacting(t, `{ rules: ${rule}, others: pass }`, {
      headers: { 'Content-Type': type },
      body,
    })
    assert.equal((await get()).status, 502)
  })
}

test('a body that should not be there is redacted like any other', async t => {
  const { gateway } = await startRedacting(t, rule, { status: 205, headers: json, body: `{"password":"${secret}"}` })
  const said = await speak(gateway.url, 'GET /shop/things HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  const [reply] = repliesIn(said)
  assert.deepEqual([reply?.status, reply?.body], [205, '{}'])
})

test('HEAD tells neither length nor tag of what is redacted, whether or not it names a type', async t => {
  const given = { headers: { ETag: '"md5"', 'Content-Length': '17' } }
  const { get } = await startRedacting(t, `{ rules: ${rule}, others: pass }`, given)
  const { headers } = await get({}, 'HEAD')
  assert.equal(headers.get('content-length'), null)
  assert.match(headers.get('etag') ?? '', /^W\/"[\w-]{43}"$/)
})

test('no condition tells whether a tag is the one of the answer that was not redacted', async t => {
  const { get, backend } = await startRedacting(t, '[{ at: $..pin }]', {
    headers: { ...json, ETag: '"md5"' },
    body: '{"pin":7}',
  })
  for (const [name, value] of [
    ['If-Match', '"md5"'],
    ['If-Match', '"guess"'],
    ['If-None-Match', '"md5"'],
    ['If-Unmodified-Since', 'Thu, 15 Jan 2026 12:00:00 GMT'],
    ['If-Modified-Since', 'Thu, 15 Jan 2026 12:00:00 GMT'],
    ['If-Range', '"md5"'],
  ] as const) {
    for (const method of ['GET', 'HEAD']) assert.equal((await get({ [name]: value }, method)).status, 200, name)
  }
  assert.ok(backend.received.every(({ headers }) => headers.every(([name]) => !/^if-/.test(name))))
})

test('who sees something else has another tag, also where one relation decides for both', async t => {
  const issuer = await testIssuer()
  const rules = "[{ at: $.history, unless: { claims: { kind: doctor }, same: ['@.ward', caller.claims.ward] } }]"
  const given = { headers: { ...json, ETag: '"v1"' }, body: '{"ward":"w7","history":"wrist"}' }
  const { as } = await startRedactingFor(t, issuer, rules, given)
  const [doctor, nurse] = [await as({ ward: 'w7', kind: 'doctor' }), await as({ ward: 'w7', kind: 'nurse' })]
  assert.deepEqual([await doctor.text(), await nurse.text()], [given.body, '{"ward":"w7"}'])
  assert.notEqual(nurse.headers.get('etag'), doctor.headers.get('etag'))
})

for (const [what, at, same, body] of [
  [
    'many values of one record',
    '$..history[*]',
    '@.doctors[*]',
    {
      doctors: Array.from({ length: 40_000 }, (_, i) => `d${i}`),
      history: Array.from({ length: 40_000 }, (_, i) => i),
    },
  ],
  [
    'many records and many names beside them',
    '$..history',
    '$.doctors[*]',
    {
      doctors: Array.from({ length: 40_000 }, (_, i) => `d${i}`),
      of: Array.from({ length: 40_000 }, () => ({ history: 1 })),
    },
  ],
] as const) {
  test(`a relation looks at ${what} once`, async t => {
    const rules = `[{ at: "${at}", unless: { same: ['${same}', caller.sub] } }]`
    const { as } = await startRedactingFor(t, await testIssuer(), rules, { body: JSON.stringify(body) })
    assert.equal(await (await as({ sub: 'd39999' })).text(), JSON.stringify(body))
    assert.ok(!(await (await as({ sub: 'nobody' })).text()).includes('1,'))
  })
}

test('an endless answer is not read to its end', async t => {
  const { get } = await startRedacting(t, rule, (_, response) => {
    response.writeHead(200, json)
    const more = () => {
      while (response.write(Buffer.alloc(2 ** 16, ' ')));
      response.once('drain', more)
    }
    more()
  })
  assert.equal((await get()).status, 502)
})

test('in whatever pieces events come, however lines end, no member that goes is in what leaves', async t => {
  let pieces: readonly string[] = []
  const { get } = await startRedacting(t, rule, async (_, response) => {
    response.writeHead(200, events)
    for (const piece of pieces) {
      response.write(piece)
      await new Promise(setImmediate)
    }
    response.end()
  })
  const end = fc.constantFrom('\n', '\r', '\r\n')
  const line = fc.constantFrom(
    `data: {"password":"${secret}"}`,
    `data:{"a":[{"password":`,
    `data:"${secret}"}]}`,
    `: ${secret}`,
    `\ufeffdata: {"password":"${secret}"}`,
    `other: ${secret}`,
    'id: 7',
    '',
  )
  const stream = fc.array(fc.tuple(line, end), { minLength: 1, maxLength: 10 }).map(lines => lines.flat().join(''))
  await fc.assert(
    fc.asyncProperty(stream, fc.integer({ min: 1, max: 30 }), async (text, size) => {
      pieces = text.match(new RegExp(`.{1,${size}}`, 'gs')) ?? []
      const seen = await get()
        .then(response => response.text())
        .catch(() => '')
      assert.ok(!seen.includes(secret), JSON.stringify(text))
    }),
    { numRuns: 60 },
  )
})

test('JSONTestSuite: what must be refused is 502, what must be accepted leaves as it came', async t => {
  const corpora = process.env.SALLYPORT_CORPORA
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const lines = readFileSync(join(corpora, 'json-parsing', 'parsing.jsonl'), 'utf8')
    .trim()
    .split('\n')
  let body = Buffer.alloc(0)
  const { get } = await startRedacting(t, '[{ at: $..never }]', (_, response) =>
    response.writeHead(200, json).end(body),
  )
  for (const line of lines) {
    const { id, expected, input_base64: input } = JSON.parse(line)
    body = Buffer.from(input, 'base64')
    if (body.length === 0) continue
    const response = await get()
    const seen = Buffer.from(await response.arrayBuffer())
    assert.ok(response.status === 200 || response.status === 502, id)
    if (expected === 'reject') assert.equal(response.status, 502, id)
    if (expected === 'accept' && !id.includes('duplicate')) assert.equal(response.status, 200, id)
    if (response.status === 200) assert.deepEqual(seen, body, id)
  }
})
