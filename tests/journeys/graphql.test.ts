import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { startGateway } from '../harness/gateway.ts'
import { startGraphqlServer } from '../harness/graphql-server.ts'
import { forTests } from '../harness/page-example.ts'
import { bearer, testIssuer } from '../harness/tokens.ts'
import { firstBlock } from '../house/markdown.ts'

const file = { after }
const [server, issuer] = [await startGraphqlServer(file), await testIssuer()]
const first = (language: string) => firstBlock('docs/graphql.md', language)
const yaml = forTests(first('yaml'), server.url)
const files = { 'jwks.json': issuer.jwks, 'fields.cedar': first('cedar') }
const gateway = await startGateway(file, yaml, { files })

beforeEach(() => server.ran.splice(0))

/** The status, and the operation that the call was, or the code of its refusal. */
async function told(response: Response): Promise<string> {
  const answer = JSON.parse(await response.text())
  assert.equal(answer.errors, undefined)
  return `${response.status} ${answer.code ?? gateway.events.at(-1)?.operation}`
}

async function post(query: string, claims: object = {}, more: object = {}): Promise<string> {
  const { headers } = bearer(await issuer.token(claims))
  const body = JSON.stringify({ query, ...more })
  const init = { method: 'POST', headers: { ...headers, 'Content-Type': 'application/json' }, body }
  return told(await gateway.call('/warehouse/graphql', init))
}

test('a field is an operation with a scope of its own', async () => {
  assert.equal(await post('{ items { id } }'), '200 POST /graphql query items item')
  assert.equal(await post('{ orders { id } }'), '403 scope-missing')
  assert.equal(await post('{ orders { id } }', { scope: 'list_orders' }), '200 POST /graphql query orders')
  assert.equal(await post('{ secrets }', { scope: 'list_items list_orders' }), '403 operation-unknown')
  assert.deepEqual(server.ran, ['items', 'orders'])
})

test('fields that are one operation may be asked for together, those of two may not', async () => {
  assert.equal(
    await post('query Both { items { id } item(id: 1) { name } __typename }'),
    '200 POST /graphql query items item',
  )
  assert.equal(
    await post('{ items { id } orders { id } }', { scope: 'list_items list_orders' }),
    '403 operation-unknown',
  )
  assert.deepEqual(server.ran, ['items', 'item'])
})

test('a mutation has a limit and a policy by its field', async () => {
  const create = 'mutation ($item: ID) { createOrder(item: $item) { id } }'
  const claims = { scope: 'order_item', sub: 'ann' }
  const order = (more: object = {}) => post(create, { ...claims, ...more }, { variables: { item: '1' } })
  assert.equal(await order({ roles: ['temp'] }), '403 policy-refuses')
  for (const _ of [1, 2]) assert.equal(await order(), '200 POST /graphql mutation createOrder')
  assert.equal(await order(), '429 limit-exceeded')
  assert.equal(await post('mutation { dropAll }', claims), '403 operation-unknown')
  assert.deepEqual(server.ran, ['createOrder', 'createOrder'])
})

test('introspection is an operation of its own', async () => {
  const ask = '{ __schema { types { name } } __type(name: "Item") { name } }'
  assert.equal(await post(ask), '403 role-missing')
  assert.equal(await post(ask, { roles: ['developer'] }), '200 POST /graphql query __schema __type')
})

test('a GET asks queries by an operation of its own', async () => {
  const get = async (query: string, more = '') => {
    const { headers } = bearer(await issuer.token())
    return told(await gateway.call(`/warehouse/graphql?query=${encodeURIComponent(query)}${more}`, { headers }))
  }
  assert.equal(
    await get('query A { items { id } } query B { orders { id } }', '&operationName=A'),
    '200 GET /graphql query items item',
  )
  assert.equal(await get('{orders{id}}'), '403 operation-unknown')
  assert.equal(await get('mutation { createOrder { id } }'), '400 body-malformed')
  assert.deepEqual(server.ran, ['items'])
})

test('what a document may ask for is bounded, fragments written out', async () => {
  const deep = `{ items { ${'parts { '.repeat(7)} id ${'} '.repeat(7)} } }`
  assert.equal(await post(deep), '413 body-too-large')
  const wide = Array.from({ length: 100 }, (_, i) => `a${i}: id`).join(' ')
  assert.equal(await post(`{ items { ${wide} } }`), '413 body-too-large')
  const bomb = Array.from({ length: 40 }, (_, i) => `fragment f${i} on Item { ...f${i + 1} ...f${i + 1} }`).join(' ')
  assert.equal(await post(`{ items { ...f0 } } ${bomb} fragment f40 on Item { id }`), '413 body-too-large')
  assert.equal(await post('{ a: item(id: 1) { id } b: item(id: 2) { id } }'), '413 body-too-large')
  assert.deepEqual(server.ran, [])
})
