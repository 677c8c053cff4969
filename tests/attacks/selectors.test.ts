import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { repliesIn, speak } from '../harness/raw.ts'

const open = 'identify: anonymous, authorize: anyone'
const closed = 'identify: { apiKey: {} }, authorize: { scopes: [admin] }'

/** Each path has an operation that is chosen and one that is left, one of them open: going to the other is a bypass. */
const yaml = (to: string) => `
sallyport: 1
gateway: { http: 0 }
apiKeys: ./keys.yaml
apis:
  shop:
    path: /
    operations:
      GET /header: [{ select: { header: { X-Action: safe } }, ${open} }, { ${closed} }]
      GET /query: [{ select: { query: { action: safe } }, ${open} }, { ${closed} }]
      GET /danger: [{ select: { header: { X-Action: danger } }, ${closed} }, { ${open} }]
      GET /query-danger: [{ select: { query: { action: danger } }, ${closed} }, { ${open} }]
      POST /json: [{ select: { json: { /action: danger } }, ${closed} }, { ${open} }]
      POST /inner: [{ select: { json: { /calls/0/name: danger } }, ${closed} }, { ${open} }]
    forward: { to: "${to}" }
`

async function stand(t: TestContext) {
  const backend = await startBackend(t)
  const gateway = await startGateway(t, yaml(backend.url), { files: { 'keys.yaml': 'keys: {}' } })
  const say = async (line: string, fields: readonly string[], body = '') => {
    const head = [`${line} HTTP/1.1`, 'Host: shop.example', ...fields, `Content-Length: ${body.length}`]
    const close = fields.some(field => field.startsWith('Connection:')) ? [] : ['Connection: close']
    const bytes = await speak(gateway.url, `${[...head, ...close].join('\r\n')}\r\n\r\n${body}`)
    return repliesIn(bytes).at(-1)?.status
  }
  return { backend, say }
}

test('a header or parameter that chooses the operation stands once: what a backend makes of two nobody knows', async t => {
  const { backend, say } = await stand(t)
  const twice: readonly (readonly [line: string, ...fields: string[]])[] = [
    ['GET /header', 'X-Action: safe', 'X-Action: safe'],
    ['GET /header', 'X-Action: safe', 'x-action: danger'],
    ['GET /danger', 'X-Action: danger', 'X-Action: other'],
    ['GET /danger', 'X-Action: other', 'X-Action: danger'],
    ['GET /query?action=safe&action=safe'],
    ['GET /query?action=safe&%61ction=danger'],
    ['GET /query-danger?action=other&action=danger'],
    ['GET /query-danger?action&action=danger'],
    ['GET /query-danger?Action=danger'],
    ['GET /query-danger?action=other&ACT%49ON=danger'],
    ['GET /query-danger?x=1;action=danger'],
    ['GET /query?action=safe;action=danger'],
  ]
  for (const [line, ...fields] of twice) assert.equal(await say(line, fields), 400, `${line} ${fields}`)
  assert.deepEqual(backend.received, [])
})

test('a member that a backend could take for the one that chooses, for it passes over case, is refused', async t => {
  const { backend, say } = await stand(t)
  const json = ['Content-Type: application/json']
  for (const body of ['{"action":"safe","Action":"danger"}', '{"ACTION":"danger"}'])
    assert.equal(await say('POST /json', json, body), 400, body)
  assert.equal(await say('POST /inner', json, '{"calls":[{"name":"danger"}]}'), 401)
  assert.equal(await say('POST /inner', json, '{"calls":[{"Name":"danger"}]}'), 400)
  assert.equal(await say('POST /inner', json, '{"Calls":[{"name":"danger"}]}'), 400)
  assert.equal(await say('POST /inner', json, '{"calls":[{"name":"safe"}]}'), 200)
  assert.equal(backend.received.length, 1)
})

test('a header that chooses the operation cannot be kept from the backend by Connection', async t => {
  const { backend, say } = await stand(t)
  for (const named of ['X-Action, close', 'close ,x-action']) {
    assert.equal(await say('GET /header', ['X-Action: safe', `Connection: ${named}`]), 400, named)
  }
  assert.deepEqual(backend.received, [])
  assert.equal(await say('GET /header', ['X-Action: safe']), 200)
})

test('a body that chooses the operation is UTF-8, whatever its type says', async t => {
  const { backend, say } = await stand(t)
  const typed = (type: string, body: string) => say('POST /json', [`Content-Type: ${type}`], body)
  const utf7 = '{"action":"+AGQ-anger"}'
  for (const charset of ['utf-7', '"UTF-7"', 'utf-16', 'utf-8;charset=utf-7', 'ibm037']) {
    assert.equal(await typed(`application/json; charset=${charset}`, utf7), 415, charset)
  }
  assert.deepEqual(backend.received, [])
  for (const charset of ['utf-8', '"UTF-8"', 'utf8']) {
    assert.equal(await typed(`application/json ;charset=${charset}`, '{"action":"other"}'), 200, charset)
  }
  assert.equal(await typed('application/json', '{"\\u0061ction":"d\\u0061nger"}'), 401)
})
