import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'

const whole = '{ type: object, required: [a], properties: { a: { type: integer } } }'
const described = `
openapi: 3.1.0
info: { title: Things, version: "1" }
paths:
  /things:
    post:
      requestBody:
        required: true
        content:
          application/json: { schema: ${whole} }
          text/json: { schema: ${whole} }
          application/x-www-form-urlencoded: { schema: ${whole} }
      responses: { "200": { description: one, content: { application/json: { schema: ${whole} } } } }
`
const json = { 'Content-Type': 'application/json' }

/** A gateway before a backend that answers with these fields and this body. */
async function start(t: Parameters<typeof startBackend>[0], headers: Record<string, string | string[]>, body: string) {
  const backend = await startBackend(t, (_, response) => response.writeHead(200, headers).end(body))
  const api = ['openapi: ./things.yaml', 'inspect: { document: true }', 'protect: { document: true }']
  const gateway = await startGateway(t, openYaml({ to: backend.url, api }), { files: { 'things.yaml': described } })
  const post = async (type: string, sent: string) =>
    (await gateway.call('/shop/things', { method: 'POST', headers: { 'Content-Type': type }, body: Buffer.from(sent) }))
      .status
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
