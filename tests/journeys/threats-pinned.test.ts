import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBackend } from '../harness/backend.ts'
import { startGateway } from '../harness/gateway.ts'
import type { Lifetime } from '../harness/lifetime.ts'
import { openYaml } from '../harness/open.ts'
import { problemOf } from '../harness/problem.ts'

/** What looks like an attack, and is what the document asks for. */
const listed = 'select * from items'
const document = `
openapi: 3.0.3
info: { title: Shop, version: "1" }
components:
  schemas:
    Query: { type: string, enum: ["${listed}", "..%2f"] }
paths:
  /reports/{query}/{note}:
    parameters:
      - { name: query, in: path, required: true, schema: { $ref: "#/components/schemas/Query" } }
      - { name: note, in: path, required: true, schema: { type: string } }
    post:
      parameters:
        - { name: query, in: query, schema: { $ref: "#/components/schemas/Query" } }
        - { name: note, in: query, schema: { type: string } }
        - { name: X-Query, in: header, schema: { $ref: "#/components/schemas/Query" } }
        - { name: X-Note, in: header, schema: { type: string } }
        - { name: query, in: cookie, schema: { $ref: "#/components/schemas/Query" } }
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                query: { $ref: "#/components/schemas/Query" }
                id: { type: string, format: uuid }
                at: { type: string, format: date }
                size: { type: number }
                note: { type: string }
      responses: { default: { description: any } }
`
const bodySchema = JSON.stringify({
  type: 'object',
  properties: { list: { type: 'array', items: { enum: [listed] } }, note: { type: 'string' } },
})

async function start(t: Lifetime, inspect: string, api: readonly string[] = []) {
  const backend = await startBackend(t)
  const yaml = openYaml({ to: backend.url, api: [...api, `inspect: ${inspect}`] })
  const gateway = await startGateway(t, yaml, {
    files: { 'shop.openapi.yaml': document, 'body.schema.json': bodySchema },
  })
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    gateway.call(`/shop/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json', ...headers },
    })
  return { backend, post }
}

const encoded = encodeURIComponent(listed)

test('[W23] what an OpenAPI document pins is not looked at, in path, query, header, cookie and body', async t => {
  const { backend, post } = await start(t, '{ threats: block, document: true }', ['openapi: ./shop.openapi.yaml'])
  const body = { query: listed, id: '3f2504e0-4f89-11d3-9a0c-0305e82c3301', at: '2026-01-02', size: 1e3 }
  const headers = { 'X-Query': listed, Cookie: `query=${encoded}` }
  assert.equal((await post(`reports/${encoded}/a?query=${encoded}`, body, headers)).status, 200)
  assert.equal(backend.received.length, 1)
})

for (const [place, path, body, headers] of [
  ['a segment of the path', `reports/${encoded}/${encodeURIComponent('1 union select 2')}`, {}, {}],
  ['a parameter', `reports/${encoded}/a?note=${encoded}`, {}, {}],
  ['the name of a parameter', `reports/${encoded}/a?${encoded}=1`, {}, {}],
  ['a field', `reports/${encoded}/a`, {}, { 'X-Note': listed }],
  ['a text of the body', `reports/${encoded}/a`, { note: listed }, {}],
  ['a key of the body', `reports/${encoded}/a`, { [listed]: 1 }, {}],
] as const) {
  test(`[W23] what the document leaves open is looked at: ${place}`, async t => {
    const { backend, post } = await start(t, '{ threats: block, document: true }', ['openapi: ./shop.openapi.yaml'])
    const response = await post(path, body, headers)
    assert.equal((await problemOf(response)).code, 'threat-found')
    assert.equal(backend.received.length, 0)
  })
}

test('[W23] an attack at a pinned place is refused by the document', async t => {
  const { backend, post } = await start(t, '{ threats: block, document: true }', ['openapi: ./shop.openapi.yaml'])
  for (const [path, body] of [
    [`reports/${encodeURIComponent("1' or 1=1--")}/a`, {}],
    [`reports/${encoded}/a?query=1%27%20or%201=1--`, {}],
    [`reports/${encoded}/a`, { id: "1' or 1=1--" }],
    [`reports/${encoded}/a`, { size: '<script>' }],
  ] as const) {
    const response = await post(path, body)
    assert.deepEqual([response.status, (await problemOf(response)).code], [400, 'input-invalid'], path)
  }
  assert.equal(backend.received.length, 0)
})

test('[W23] what a schema of the body pins is not looked at, whatever stands beside it is', async t => {
  const { post } = await start(t, '{ threats: block, body: ./body.schema.json }')
  assert.equal((await post('a', { list: [listed, listed] })).status, 200)
  assert.equal((await problemOf(await post('a', { list: [listed], note: listed }))).code, 'threat-found')
  assert.equal((await problemOf(await post('a', { list: ["1' or 1=1--"] }))).code, 'input-invalid')
})

test('[W23] without a schema the same values are attacks', async t => {
  const { post } = await start(t, '{ threats: block }')
  assert.equal((await problemOf(await post('a', { list: [listed] }))).code, 'threat-found')
  assert.equal((await problemOf(await post(`a?query=${encoded}`, {}))).code, 'threat-found')
})
