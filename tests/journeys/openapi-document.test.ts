import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Answer, startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { openYaml } from '../harness/open.ts'
import { problemOf } from '../harness/problem.ts'

const document = `
openapi: 3.0.3
info: { title: Shop, version: "1" }
components:
  schemas:
    Pet:
      oneOf: [{ $ref: "#/components/schemas/Cat" }, { $ref: "#/components/schemas/Dog" }]
      discriminator: { propertyName: kind }
    Cat: { type: object, required: [kind, lives], properties: { kind: { type: string }, lives: { type: integer } } }
    Dog: { type: object, required: [kind, tricks], properties: { kind: { type: string }, tricks: { type: array, items: { type: string } } } }
    User:
      type: object
      required: [id, name, password]
      additionalProperties: false
      properties:
        id: { type: integer, readOnly: true }
        name: { type: string, minLength: 2 }
        nick: { type: string, nullable: true }
        price: { type: number, minimum: 0, exclusiveMinimum: true }
        password: { type: string, writeOnly: true }
        friend: { $ref: "#/components/schemas/User" }
  parameters:
    Limit: { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 100 } }
  securitySchemes:
    key: { type: apiKey, in: query, name: key }
paths:
  /users:
    get:
      parameters:
        - { $ref: "#/components/parameters/Limit" }
        - { name: b, in: query, schema: { type: boolean } }
        - { name: ids, in: query, schema: { type: array, items: { type: integer } } }
        - { name: tags, in: query, explode: false, schema: { type: array, items: { type: string } } }
        - { name: piped, in: query, style: pipeDelimited, explode: false, schema: { type: array, items: { type: integer } } }
        - { name: spaced, in: query, style: spaceDelimited, explode: false, schema: { type: array, items: { type: integer } } }
        - { name: filter, in: query, style: deepObject, schema: { type: object, properties: { age: { type: integer }, name: { type: string } }, additionalProperties: false } }
        - { name: json, in: query, content: { application/json: { schema: { type: object, required: [a] } } } }
        - { name: sort, in: query, schema: { type: string, enum: [up, down] } }
        - { name: X-Level, in: header, schema: { type: integer } }
        - { name: session, in: cookie, schema: { type: string, maxLength: 4 } }
      responses: { default: { description: any, content: { application/json: {} } } }
    post:
      requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/User" } } } }
      responses:
        200: { description: the user, content: { application/json: { schema: { $ref: "#/components/schemas/User" } } } }
  /users/{user-id}:
    parameters: [{ name: user-id, in: path, required: true, schema: { type: integer } }]
    get:
      responses:
        200:
          description: one
          headers: { X-Rest: { required: true, schema: { type: integer } } }
          content: { application/json: { schema: { $ref: "#/components/schemas/User" } } }
        404: { description: none }
    delete: { responses: { 204: { description: gone } } }
  /pets:
    post:
      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Pet" } } } }
      responses: { default: { description: any, content: { "*/*": {} } } }
  /forms:
    post:
      requestBody:
        required: true
        content:
          application/x-www-form-urlencoded: { schema: { $ref: "#/components/schemas/Form" } }
          multipart/form-data:
            schema: { type: object, required: [name, file], properties: { name: { type: string }, age: { type: integer }, file: { type: string, format: binary } } }
          text/plain: {}
      responses: { default: { description: any, content: { "*/*": {} } } }
`.replace(
  '  parameters:\n    Limit',
  '    Form: { type: object, required: [name], additionalProperties: false, properties: { name: { type: string, minLength: 2 }, age: { type: integer }, tags: { type: array, items: { type: string } }, nested: { type: object, properties: { a: { type: boolean } } } } }\n  parameters:\n    Limit',
)

async function stand(t: TestContext, rules: readonly string[], answer?: Answer) {
  const backend = await startBackend(t, answer)
  const api = ['openapi: ./shop.yaml', ...rules]
  const gateway = await startGateway(t, openYaml({ to: backend.url, api }), { files: { 'shop.yaml': document } })
  return { backend, gateway }
}

const judged = (t: TestContext) => stand(t, ['inspect: { document: true }'])

const json = (body: unknown): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'Content-Type': 'application/json' },
})

const gets: readonly [path: string, place: string | undefined, headers?: Record<string, string>][] = [
  ['/users/12', undefined],
  ['/users/abc', 'path.user-id'],
  ['/users/1e3', 'path.user-id'],
  ['/users/012', 'path.user-id'],
  ['/users?b=false', undefined],
  ['/users?b=no', 'query.b'],
  ['/users?limit=100', undefined],
  ['/users?limit=101', 'query.limit'],
  ['/users?limit=5.0', 'query.limit'],
  ['/users?limit=%2B5', 'query.limit'],
  ['/users?limit=1&limit=2', 'query.limit'],
  ['/users?limit', 'query.limit'],
  ['/users?ids=1&ids=2', undefined],
  ['/users?ids=1&ids=x', 'query.ids/1'],
  ['/users?tags=a,b%2Cc', undefined],
  ['/users?tags=a&tags=b', 'query.tags'],
  ['/users?piped=1|2', undefined],
  ['/users?piped=1,2', 'query.piped/0'],
  ['/users?spaced=1%202', undefined],
  ['/users?filter[age]=3&filter[name]=x', undefined],
  ['/users?filter[age]=old', 'query.filter/age'],
  ['/users?filter[other]=3', 'query.filter/other'],
  ['/users?json=%7B%22a%22:1%7D', undefined],
  ['/users?json=%7B%7D', 'query.json/a'],
  ['/users?json=%7B', 'query.json'],
  ['/users?sort=up', undefined],
  ['/users?sort=sideways', 'query.sort'],
  ['/users?key=a-credential', undefined],
  ['/users?unknown=1', 'query.unknown'],
  ['/users?constructor=1', 'query.constructor'],
  ['/users', undefined, { 'X-Level': '3' }],
  ['/users', 'header.X-Level', { 'X-Level': 'high' }],
  ['/users', undefined, { Cookie: 'session=abcd; other=1' }],
  ['/users', 'cookie.session', { Cookie: 'session=abcde' }],
]

test('[F41] paths, queries, headers and cookies have the types that the document says', async t => {
  const { backend, gateway } = await judged(t)
  for (const [path, place, headers = {}] of gets) {
    const before = backend.received.length
    const response = await gateway.call(`/shop${path}`, { headers })
    assert.equal(response.status, place === undefined ? 200 : 400, path)
    assert.equal(backend.received.length - before, place === undefined ? 1 : 0, path)
    if (place === undefined) continue
    const { code, errors } = await problemOf(response)
    assert.equal(code, 'input-invalid')
    assert.deepEqual(Object.keys(errors ?? {}), [place], path)
  }
})

test('query parameters that the document does not know may be let by', async t => {
  const { gateway } = await stand(t, ['inspect: { document: { unknownQuery: allow } }'])
  assert.equal((await gateway.call('/shop/users?unknown=1&limit=3')).status, 200)
  assert.equal((await gateway.call('/shop/users?unknown=1&limit=x')).status, 400)
})

const posts: readonly [path: string, init: RequestInit, status: number, place?: string][] = [
  ['/users', json({ name: 'Ann', password: 'x' }), 200],
  ['/users', json({ name: 'Ann', password: 'x', nick: null, price: 0.5, friend: { name: 'Bob', password: 'y' } }), 200],
  ['/users', json({ name: 'Ann', password: 'x', price: 0 }), 400, '/price'],
  ['/users', json({ name: null, password: 'x' }), 400, '/name'],
  ['/users', json({ name: 'Ann', password: 'x', id: 1 }), 400, '/id'],
  ['/users', json({ name: 'Ann', password: 'x', admin: true }), 400, '/admin'],
  ['/users', json({ name: 'Ann', password: 'x', friend: { name: 'B', password: 'y' } }), 400, '/friend/name'],
  ['/users', json({ name: 'Ann' }), 400, '/password'],
  ['/users', { method: 'POST' }, 400, ''],
  ['/users', { ...json({}), headers: { 'Content-Type': 'application/xml' } }, 415],
  ['/users', { ...json({}), body: '{"name":"Ann","name":"Bob"}' }, 400],
  ['/pets', { method: 'POST' }, 200],
  ['/pets', json({ kind: 'Cat', lives: 9 }), 200],
  ['/pets', json({ kind: 'Dog', lives: 9 }), 400, '/tricks'],
  ['/pets', json({ kind: 'Cow', lives: 9 }), 400, '/kind'],
  ['/pets', json({ lives: 9 }), 400, '/kind'],
  ['/forms', form('name=Ann&age=3&tags=a&tags=b&nested[a]=true'), 200],
  ['/forms', form('name=A'), 400, '/name'],
  ['/forms', form('name=Ann&age=x'), 400, '/age'],
  ['/forms', form('name=Ann&name=Bob'), 400, ''],
  ['/forms', form('name=Ann&more=1'), 400, '/more'],
  ['/forms', form('age=1'), 400, '/name'],
  ['/forms', { method: 'POST', body: multipart({ name: 'Ann', age: '3', file: new Blob(['x']) }) }, 200],
  ['/forms', { method: 'POST', body: multipart({ name: 'Ann', age: 'x', file: new Blob(['x']) }) }, 400, '/age'],
  ['/forms', { method: 'POST', body: multipart({ name: 'Ann' }) }, 400, '/file'],
  ['/forms', { ...form('x'), headers: { 'Content-Type': 'multipart/form-data; boundary=a' } }, 400],
  ['/forms', { ...form('x'), headers: { 'Content-Type': 'text/plain' } }, 200],
]

function form(body: string): RequestInit {
  return { method: 'POST', body, headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }
}

function multipart(parts: Readonly<Record<string, string | Blob>>): FormData {
  const data = new FormData()
  for (const [name, value] of Object.entries(parts)) data.append(name, value)
  return data
}

test('bodies are what the document says of their media type; what is read-only is not sent', async t => {
  const { backend, gateway } = await judged(t)
  for (const [path, init, status, place] of posts) {
    const about = `${path} ${String(init.body)}`
    const before = backend.received.length
    const response = await gateway.call(`/shop${path}`, init)
    assert.equal(response.status, status, about)
    assert.equal(backend.received.length - before, status === 200 ? 1 : 0, about)
    const { errors } = status === 200 ? {} : await problemOf(response)
    if (place !== undefined) assert.deepEqual(Object.keys(errors ?? {}), [place], about)
  }
})

test('an operation that takes no body gets none', async t => {
  const { backend, gateway } = await judged(t)
  assert.equal((await gateway.call('/shop/users/1', { method: 'DELETE', body: 'x' })).status, 400)
  assert.equal((await gateway.call('/shop/users/1', { method: 'DELETE' })).status, 200)
  assert.equal(backend.received.length, 1)
})

const answers: readonly [what: string, answer: Answer, reason: RegExp | undefined][] = [
  ['one that fits', reply({ id: 1, name: 'Ann' }), undefined],
  ['one that shows what is write-only', reply({ id: 1, name: 'Ann', password: 'hunter2' }), /"\/password":\[secret\]/],
  ['one that lacks a member', reply({ name: 'Ann' }), /"\/id":\["is missing"\]/],
  ['one of another media type', (_, response) => response.setHeader('X-Rest', '1').end('x'), /has the type/],
  ['one that lacks a field of its header', (_, response) => response.end('{}'), /"header.X-Rest":\["is missing"\]/],
  ['a field of the wrong type', reply({ id: 1, name: 'Ann' }, 200, 'many'), /"header.X-Rest"/],
  ['a status that is not described', reply({ id: 1, name: 'Ann' }, 201), /status 201/],
  ['a status without a body, and one comes', reply({ trace: 'at line 1' }, 404), /none is described/],
  ['a status without a body', (_, response) => response.writeHead(404).end(), undefined],
  ['not modified', (_, response) => response.writeHead(304).end(), undefined],
]

function reply(body: unknown, status = 200, rest = '7'): Answer {
  return (_, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json', 'X-Rest': rest })
    response.end(JSON.stringify(body))
  }
}

for (const [what, answer, reason] of answers) {
  test(`of answers, ${what}: ${reason === undefined ? 'leaves' : '502, and the record says why'}`, async t => {
    const { gateway } = await stand(t, ['protect: { document: true }'], answer)
    const response = await gateway.call('/shop/users/1')
    if (reason === undefined) {
      assert.ok(response.status < 500)
      return
    }
    assert.equal(response.status, 502)
    assert.doesNotMatch(await response.text(), /hunter2|password|X-Rest|line 1/)
    assert.match(gateway.events[0]?.refusal?.reason ?? '', reason)
    assert.doesNotMatch(gateway.events[0]?.refusal?.reason ?? '', /hunter2/)
  })
}

test('in the mode report answers leave as they came, and the record says what is wrong with them', async t => {
  const answer = reply({ name: 'Ann' })
  const { gateway } = await stand(t, ['protect: { document: { mode: report } }'], answer)
  assert.deepEqual(await (await gateway.call('/shop/users/1')).json(), { name: 'Ann' })
  assert.deepEqual(gateway.events[0]?.findings, [
    { mode: 'report', stage: 'protect', rule: 'document', code: 'answer-invalid', reason: '{"/id":["is missing"]}' },
  ])
})

const mistakes: readonly [what: string, from: string, to: string, told: RegExp][] = [
  [
    'a pattern that does not run in linear time',
    'type: string, minLength: 2 }\n        nick',
    'type: string, pattern: "(?!a)" }\n        nick',
    /look-ahead/,
  ],
  [
    'a reference that leads nowhere',
    'schemas/User" } } } }\n      responses:\n        200: { desc',
    'schemas/Usr" } } } }\n      responses:\n        200: { desc',
    /Usr leads nowhere/,
  ],
  ['a type that is none', 'lives: { type: integer }', 'lives: { type: int }', /"int" is no type/],
  ['a style that is not read', 'style: deepObject', 'style: matrix', /"matrix" isn't read in a query/],
]

for (const [what, from, to, told] of mistakes) {
  test(`a document with ${what} does not load where calls are judged by it, and does where not`, async t => {
    assert.ok(document.includes(from))
    const files = { 'shop.yaml': document.replace(from, to) }
    const yaml = (rules: readonly string[]) =>
      openYaml({ to: 'http://127.0.0.1:1', api: ['openapi: ./shop.yaml', ...rules] })
    const [first = '', more] = await mistakesOf(t, yaml(['inspect: { document: true }']), { files })
    assert.match(first, told)
    assert.equal(more, undefined)
    await startGateway(t, yaml([]), { files })
  })
}

test('an operation that the document does not describe is not judged by it only if that is written out', async t => {
  const files = { 'shop.yaml': document }
  const yaml = (own: string) =>
    openYaml({
      to: 'http://127.0.0.1:1',
      api: ['openapi: ./shop.yaml', 'inspect: { document: true }', `operations: { GET /other: ${own} }`],
    })
  assert.match((await mistakesOf(t, yaml('{}'), { files })).join(), /no OpenAPI document describes GET \/other/)
  await startGateway(t, yaml('{ without: [document] }'), { files })
})

test('what judges answers keeps neither preflights nor metadata nor refusals from leaving', async t => {
  const backend = await startBackend(t, reply({ id: 1, name: 'Ann' }))
  const files = { 'shop.yaml': document, 'any.json': 'true' }
  const cors = 'cors: { origins: [https://app.example.com] }'
  const config = openYaml({
    to: backend.url,
    gateway: 'protect: { body: ./any.json, securityHeaders: true }',
    api: ['openapi: ./shop.yaml', `protect: { document: true, ${cors} }`],
  })
  const gateway = await startGateway(t, config, { files })
  const headers = { Origin: 'https://app.example.com', 'Access-Control-Request-Method': 'GET' }
  const preflight = await gateway.call('/shop/users/1', { method: 'OPTIONS', headers })
  assert.equal(preflight.headers.get('access-control-allow-origin'), 'https://app.example.com')
  const { keys } = (await (await gateway.call('/.well-known/jwks.json')).json()) as { keys: unknown }
  assert.ok(keys !== undefined)
  const nowhere = await gateway.call('/nowhere')
  assert.deepEqual([nowhere.status, nowhere.headers.get('x-content-type-options')], [404, 'nosniff'])
  assert.equal((await gateway.call('/shop/users/1')).status, 200)
})
