import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Answer, startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { openYaml } from '../harness/open.ts'
import { problemOf } from '../harness/problem.ts'

interface Stand {
  /** The sections inspect and protect. */
  readonly rules: readonly string[]
  readonly files: Readonly<Record<string, string>>
  readonly answer?: Answer
}

async function stand(t: TestContext, { rules, files, answer }: Stand) {
  const backend = await startBackend(t, answer)
  const gateway = await startGateway(t, openYaml({ to: backend.url, api: rules }), { files })
  const post = (value: unknown) =>
    gateway.call('/shop/things', {
      method: 'POST',
      body: JSON.stringify(value),
      headers: { 'Content-Type': 'application/json' },
    })
  return { backend, gateway, post }
}

const answering =
  (body: unknown, status = 200): Answer =>
  (_, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json' })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }

const items = `
type: array
items:
  type: object
  required: [id, count, price]
  properties:
    id: { type: string }
    count: { type: integer, minimum: 0 }
    price: { type: number, exclusiveMinimum: 0 }
`
const good = [{ id: 'a', count: 1, price: 2.5 }]

test('[W21] an item without its id, count or price is a 400 that names the place, and the backend is not called', async t => {
  const { backend, post } = await stand(t, {
    rules: ['inspect: { body: ./items.yaml }'],
    files: { 'items.yaml': items },
  })
  assert.equal((await post(good)).status, 200)
  for (const missing of ['id', 'count', 'price']) {
    const { [missing]: _, ...item } = { id: 'a', count: 1, price: 2.5 } as Record<string, unknown>
    const response = await post([...good, item])
    assert.equal(response.status, 400)
    const { code, errors } = await problemOf(response)
    assert.equal(code, 'input-invalid')
    assert.deepEqual(errors, { [`/1/${missing}`]: ['is missing'] })
  }
  assert.equal(backend.received.length, 1)
})

for (const missing of ['id', 'count', 'price']) {
  test(`[W21] an answer whose item lacks its ${missing} is a 502 that tells the caller nothing and the record all`, async t => {
    const { [missing]: _, ...item } = { id: 'secret-7', count: 1, price: 2.5 } as Record<string, unknown>
    const { gateway } = await stand(t, {
      rules: ['protect: { body: ./items.yaml }'],
      files: { 'items.yaml': items },
      answer: answering([...good, item]),
    })
    const response = await gateway.call('/shop/things')
    assert.equal(response.status, 502)
    const text = await response.clone().text()
    const { code, stage } = await problemOf(response)
    assert.deepEqual([code, stage], ['answer-invalid', 'protect'])
    assert.doesNotMatch(text, /secret-7|price|count|missing/)
    assert.equal(gateway.events[0]?.refusal?.reason, JSON.stringify({ [`/1/${missing}`]: ['is missing'] }))
  })
}

test('an answer that fits leaves as it came, byte for byte', async t => {
  const text = '[ {"id":"a", "count":1, "price":1.50} ]'
  const rules = ['protect: { body: ./items.yaml }']
  const { gateway, backend } = await stand(t, { rules, files: { 'items.yaml': items }, answer: answering(text) })
  const headers = { Range: 'bytes=0-3', 'If-Range': '"a"', 'Accept-Encoding': 'zstd' }
  const response = await gateway.call('/shop/things', { headers })
  assert.equal(await response.text(), text)
  const sent = new Map(backend.received[0]?.headers)
  assert.deepEqual(
    [sent.get('range'), sent.get('if-range'), sent.get('accept-encoding')],
    [undefined, undefined, 'identity'],
  )
})

for (const [what, answer, status] of [
  ['an answer that is no JSON', answering('[{'), 502],
  ['an answer with a member twice', answering('[{"id":"a","id":"b","count":1,"price":1}]'), 502],
  ['an answer of another type', ((_, response) => response.end('[]')) satisfies Answer, 502],
  ['an empty answer', answering(''), 502],
  ['an answer without a body by nature', ((_, response) => response.writeHead(204).end()) satisfies Answer, 204],
  ['a failure of the backend', answering({ error: 'not there' }, 404), 404],
] as const) {
  test(`${what} is a ${status} where answers are judged`, async t => {
    const rules = ['protect: { body: ./items.yaml }']
    const { gateway } = await stand(t, { rules, files: { 'items.yaml': items }, answer })
    assert.equal((await gateway.call('/shop/things')).status, status)
  })
}

test('in the mode report a wrong answer leaves, and the record says what is wrong with it', async t => {
  const { gateway } = await stand(t, {
    rules: ['protect: { body: { schema: ./items.yaml, mode: report } }'],
    files: { 'items.yaml': items },
    answer: answering([{ id: 'a' }]),
  })
  assert.deepEqual(await (await gateway.call('/shop/things')).json(), [{ id: 'a' }])
  const [event] = gateway.events
  assert.equal(event?.refusal, undefined)
  const reason = JSON.stringify({ '/0/count': ['is missing'], '/0/price': ['is missing'] })
  assert.deepEqual(event?.findings, [
    { mode: 'report', stage: 'protect', rule: 'body', code: 'answer-invalid', reason },
  ])
})

const person = `
type: object
required: [name]
properties:
  name: { type: string, minLength: 2, maxLength: 50 }
  email: { type: string, format: email }
  age: { type: integer, minimum: 18, maximum: 120 }
  password: { type: string, x-password: { minLength: 8, needs: [upper, lower, digit, special], special: "!@#$%" } }
`

const people = (t: TestContext) =>
  stand(t, { rules: ['inspect: { body: ./person.yaml }'], files: { 'person.yaml': person } })

const judgements: readonly [row: string, member: string, value: unknown, message: RegExp | undefined][] = [
  ['F36', 'name', 'x', /fewer than 2/],
  ['F36', 'name', 'xx', undefined],
  ['F36', 'name', 'x'.repeat(50), undefined],
  ['F36', 'name', 'é'.repeat(50), undefined],
  ['F36', 'name', 'x'.repeat(51), /more than 50/],
  ['F37', 'email', 'a@b', /format "email"/],
  ['F37', 'email', 'a@b.co', undefined],
  ['F38', 'age', 17, />= 18/],
  ['F38', 'age', 18, undefined],
  ['F38', 'age', 120, undefined],
  ['F38', 'age', 121, /<= 120/],
  ['F38', 'age', '20', /integer/],
  ['F38', 'age', 20.5, /integer/],
  ['F39', 'password', 'Abcdef1!', undefined],
  ['F39', 'password', 'Abcde1!', /at least 8 characters/],
  ['F39', 'password', 'abcdef1!', /upper-case/],
  ['F39', 'password', 'ABCDEF1!', /lower-case/],
  ['F39', 'password', 'Abcdefg!', /a digit/],
  ['F39', 'password', 'Abcdefg1', /one of !@#\$%/],
]

for (const [row, member, value, message] of judgements) {
  const shown = JSON.stringify(value)
  test(`[${row}] ${member} ${shown} is ${message === undefined ? 'taken' : `refused: ${message.source}`}`, async t => {
    const { backend, post } = await people(t)
    const response = await post({ name: 'Ann', [member]: value })
    if (message === undefined) {
      assert.equal(response.status, 200)
      return
    }
    assert.equal(response.status, 400)
    const text = await response.clone().text()
    const { errors = {} } = await problemOf(response)
    assert.deepEqual(Object.keys(errors), [`/${member}`])
    assert.match(errors[`/${member}`]?.join() ?? '', message)
    if (member === 'password') assert.ok(!text.includes(String(value)))
    assert.equal(backend.received.length, 0)
  })
}

test('[A48] an item that lacks a required field is not sent on, and the error is reported', async t => {
  const { backend, gateway, post } = await people(t)
  assert.equal((await post({ email: 'a@b.co' })).status, 400)
  assert.equal(backend.received.length, 0)
  assert.equal(gateway.events[0]?.refusal?.reason, '{"/name":["is missing"]}')
})

test('[A49] a bad e-mail address is refused and a good one is sent', async t => {
  const { backend, post } = await people(t)
  assert.equal((await post({ name: 'Ann', email: 'not an address' })).status, 400)
  assert.equal((await post({ name: 'Ann', email: 'ann@example.com' })).status, 200)
  assert.deepEqual(
    backend.received.map(({ body }) => body.toString()),
    ['{"name":"Ann","email":"ann@example.com"}'],
  )
})

test('schemas of several files belong together, and change together', async t => {
  const files = {
    'order.yaml': 'type: object\nproperties: { to: { $ref: "./address.json" } }',
    'address.json': '{"type":"object","required":["town"]}',
  }
  const { gateway, post } = await stand(t, { rules: ['inspect: { body: ./order.yaml }'], files })
  assert.equal((await post({ to: { town: 'x' } })).status, 200)
  assert.equal((await post({ to: {} })).status, 400)
  await gateway.change('address.json', '{"type":"object","required":["street"]}')
  assert.equal((await post({ to: { street: 'x' } })).status, 200)
  await gateway.change('address.json', '{"type":"object","requird":["street"]}')
  assert.match(gateway.reloads.at(-1)?.join() ?? '', /requird/)
  assert.equal((await post({ to: { town: 'x' } })).status, 400)
})

test('an optional body may be left out, and is judged where it is there', async t => {
  const rules = ['inspect: { body: { schema: ./person.yaml, optional: true } }']
  const { gateway, post } = await stand(t, { rules, files: { 'person.yaml': person } })
  assert.equal((await gateway.call('/shop/things')).status, 200)
  assert.equal((await post({ name: 'x' })).status, 400)
})
