import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'

const whole = '{ type: object, required: [a], properties: { a: { type: integer } } }'
const form =
  '{ type: object, required: [a], properties: { a: { type: integer }, note: { type: string, maxLength: 3 } } }'
const described = `
openapi: 3.1.0
info: { title: Things, version: "1" }
paths:
  /things:
    post:
      parameters:
        - { name: id, in: query, schema: { type: integer } }
        - { name: by, in: query, style: deepObject, schema: { type: object, properties: { age: { type: integer } } } }
      requestBody:
        required: true
        content:
          application/json: { schema: ${whole} }
          text/json: { schema: ${whole} }
          application/x-www-form-urlencoded: { schema: ${whole} }
          multipart/form-data: { schema: ${form} }
      responses: { "200": { description: one, content: { application/json: { schema: ${whole} } } } }
`
const json = { 'Content-Type': 'application/json' }

/** A gateway before a backend that answers with these fields and this body. */
async function start(t: Parameters<typeof startBackend>[0], headers: Record<string, string | string[]>, body: string) {
  const backend = await startBackend(t, (_, response) => response.writeHead(200, headers).end(body))
  const api = [
    'openapi: ./things.yaml',
    'inspect: { document: { unknownQuery: allow } }',
    'protect: { document: true }',
  ]
  const gateway = await startGateway(t, openYaml({ to: backend.url, api }), { files: { 'things.yaml': described } })
  const post = async (type: string, sent: string, query = '') =>
    (
      await gateway.call(`/shop/things${query}`, {
        method: 'POST',
        headers: { 'Content-Type': type },
        body: Buffer.from(sent),
      })
    ).status
  return { backend, post }
}

test('no way to write a content type keeps a body from its schema', async t => {
  const { backend, post } = await start(t, json, '{"a":1}')
  for (const type of [
    'application/json; charset=utf-16',
    'application/json; charset=iso-8859-1',
    'application/json;charset',
    "application/json; charset*=utf-8''latin1",
    'APPLICATION/JSON ; CharSet="utf-7"',
    'text/json; charset=ascii',
  ])
    assert.equal(await post(type, '{"a":"no number"}'), 415, type)
  for (const type of ['application/json', 'Application/JSON;charset=UTF-8', 'text/json', 'application/json; version=2'])
    assert.equal(await post(type, '{"a":"no number"}'), 400, type)
  assert.equal(await post('application/x-www-form-urlencoded; charset=utf-16', 'a=1'), 415)
  assert.equal(backend.received.length, 0)
  assert.equal(await post('text/json; charset=utf-8', '{"a":1}'), 200)
})

for (const [what, type] of [
  ['a charset that nobody reads here', 'application/json; charset=utf-16'],
  ['two content types', ['application/json', 'application/json']],
] as const) {
  test(`an answer with ${what} is judged as what it is, a body that cannot be read`, async t => {
    const { post } = await start(
      t,
      { 'Content-Type': typeof type === 'string' ? type : [...type] },
      '{"a":"no number"}',
    )
    assert.equal(await post('application/json', '{"a":1}'), 502)
  })
}

const part = (value: string, head = 'Content-Disposition: form-data; name="a"') => `--q\r\n${head}\r\n\r\n${value}\r\n`
const end = '--q--\r\n'
const multipart = 'multipart/form-data; boundary=q'
const named = 'Content-Disposition: form-data; name="a"'

test('a form in parts is refused where another reader could take another one out of it', async t => {
  const { backend, post } = await start(t, json, '{"a":1}')
  for (const [what, type, body] of [
    ['two boundaries', `${multipart}; boundary=r`, part('1') + end],
    ['a boundary in another charset', `${multipart}; boundary*=utf-8''r`, part('1') + end],
    ['a boundary in pieces', `${multipart}; boundary*0=r`, part('1') + end],
    ['a boundary in capitals beside', `multipart/form-data; BOUNDARY=q; boundary=r`, part('1') + end],
    ['something before its parts', multipart, `--r\r\n${part('1')}${end}`],
    ['a part that some decode', multipart, part('MQ==', `${named}\r\nContent-Transfer-Encoding: base64`) + end],
    [
      'a part that others decode',
      multipart,
      part('=31', `content-transfer-encoding:quoted-printable\r\n${named}`) + end,
    ],
    ['two names', multipart, part('1', `${named}; name="b"`) + end],
    ['a name in another charset', multipart, part('1', `${named}; name*=utf-8''b`) + end],
    ['two dispositions', multipart, part('1', `${named}\r\nContent-Disposition: form-data; name="b"`) + end],
    ['a part twice', multipart, part('1') + part('2') + end],
    [
      'a part under another spelling',
      multipart,
      part('1') + part('x', 'Content-Disposition: form-data; name="a[]"') + end,
    ],
    [
      'a text as a file',
      multipart,
      part('1') + part('too long', 'Content-Disposition: form-data; name="note"; filename="x"') + end,
    ],
    ['bare line feeds', multipart, (part('1') + end).replaceAll('\r\n', '\n')],
    ['no end', multipart, part('1')],
  ] as const)
    assert.equal(await post(type, body), 400, what)
  assert.equal(backend.received.length, 0)
  assert.equal(await post(multipart, part('1', `${named}\r\nContent-Transfer-Encoding: 8bit`) + end), 200)
  assert.equal(await post('multipart/form-data; boundary="q"', part('1') + end), 200)
})

test('no other spelling of a described name brings a value past its schema', async t => {
  const { backend, post } = await start(t, json, '{"a":1}')
  for (const query of [
    '?id=1&id[$ne]=x',
    '?id[]=x',
    '?id%5B0%5D=x',
    '?by[age][]=x',
    '?by[age][$gt]=0',
    '?by[age]=1&by[age]=2',
  ])
    assert.equal(await post('application/json', '{"a":1}', query), 400, query)
  for (const body of ['a=1&a[]=x', 'a=1&a[b]=x', 'a=1&a%5B%5D=x'])
    assert.equal(await post('application/x-www-form-urlencoded', body), 400, body)
  assert.equal(backend.received.length, 0)
  assert.equal(await post('application/json', '{"a":1}', '?id=1&by[age]=7&other[]=x'), 200)
})
