import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { startGateway } from '../harness/gateway.ts'
import { startGraphqlServer } from '../harness/graphql-server.ts'
import { openYaml } from '../harness/open.ts'
import { repliesIn, speak } from '../harness/raw.ts'

const file = { after }
const server = await startGraphqlServer(file)
const api = [
  'admit: { maxBody: 256KiB }',
  'operations:',
  '  POST /graphql query items: {}',
  '  GET /graphql query items: {}',
  '  POST /graphql mutation createOrder: {}',
  '  POST /all query secrets: { authorize: { scopes: [secrets] } }',
  '  POST /all query *: {}',
]
const gateway = await startGateway(file, openYaml({ to: server.url, api }))

beforeEach(() => server.ran.splice(0))

/** `open` where the call reached the server with the bytes that were sent, else the code of its refusal. */
async function outcome(path: string, init: RequestInit): Promise<string> {
  const before = server.received.length
  const response = await gateway.call(path, init)
  const answer = JSON.parse(await response.text())
  const reached = server.received.slice(before)
  if (answer.code !== undefined) {
    assert.equal(reached.length, 0)
    return answer.code
  }
  if (typeof init.body === 'string') assert.equal(reached[0]?.body.toString(), init.body)
  return 'open'
}

const json = { 'Content-Type': 'application/json' }
const sent = (body: string, headers: Readonly<Record<string, string>> = json, path = '/shop/graphql') =>
  outcome(path, { method: 'POST', headers, body })
const asked = (query: unknown, more: object = {}, path = '/shop/graphql') =>
  sent(JSON.stringify({ query, ...more }), json, path)
const got = (query: string, init: RequestInit = {}) => outcome(`/shop/graphql${query}`, init)

test('a field is known by its own name, wherever it stands', async () => {
  const hidden = [
    '{ items: secrets }',
    '{ items { id } a: secrets }',
    '{ ... { secrets } }',
    '{ ... on Query { ... on Query { secrets } } }',
    '{ ...a } fragment a on Query { ...b } fragment b on Query { secrets }',
    'fragment a on Query { secrets } query items { items { id } ...a }',
    'query items { secrets }',
    '{ items { id } #\n secrets }',
    '{,,,secrets,,,}',
    '{ items { id } ... @include(if: true) { secrets } }',
    '{ "" }',
    '{ SECRETS }',
    '{ Items { id } }',
    'subscription { items }',
    'mutation { items }',
    'mutation { createOrder { id } dropAll }',
    'query { createOrder }',
  ]
  for (const query of hidden) assert.notEqual(await asked(query), 'open', query)
  assert.deepEqual(server.ran, [])
  for (const query of [
    '{ secrets: items { id } }',
    '{ ...a } fragment a on Query { items { id } }',
    'query secrets { items { id } }',
  ])
    assert.equal(await asked(query), 'open', query)
})

test('what variables leave out or let in is asked for', async () => {
  const query = 'query ($x: Boolean!) { items { id } secrets @include(if: $x) }'
  for (const x of [true, false]) assert.equal(await asked(query, { variables: { x } }), 'operation-unknown')
  const skip = 'query ($x: Boolean!) { items { id } secrets @skip(if: $x) ... @skip(if: $x) { orders { id } } }'
  assert.equal(await asked(skip, { variables: { x: true } }), 'operation-unknown')
  assert.deepEqual(server.ran, [])
})

test('the operation that runs is the one that is judged', async () => {
  const both = 'query A { items { id } } query B { secrets }'
  assert.equal(await asked(both, { operationName: 'A' }), 'open')
  assert.equal(await asked(both, { operationName: 'B' }), 'operation-unknown')
  for (const operationName of ['', 'C', 'a', null, undefined, 7, ['A'], { A: 1 }, 'A '])
    assert.equal(await asked(both, { operationName }), 'body-malformed', JSON.stringify(operationName))
  assert.equal(await asked('query A { items { id } } query A { secrets }', { operationName: 'A' }), 'body-malformed')
  assert.equal(await asked('{ items { id } } query A { secrets }'), 'body-malformed')
  assert.equal(await asked('{ items { id } } { secrets }'), 'body-malformed')
  assert.equal(await asked('query A { items { id } }', { operationName: 'B' }), 'body-malformed')
  assert.deepEqual(server.ran, ['items'])
})

test('one call brings one request, as JSON', async () => {
  const good = '{"query":"{ items { id } }"}'
  const bodies = [
    `[${good}]`,
    `[${good},{"query":"{ secrets }"}]`,
    `${good}${good}`,
    '{"query":"{ items { id } }","query":"{ secrets }"}',
    String.raw`{"query":"{ items { id } }","qu\u0065ry":"{ secrets }"}`,
    '{"query":"{ items { id } }","Query":"{ secrets }"}',
    '{"query":"{ items { id } }","id":"stored"}',
    '{"query":"{ items { id } }","doc_id":"1"}',
    '{"query":"{ items { id } }","variables":[]}',
    '{"query":"{ items { id } }","variables":"{}"}',
    '{"query":["{ items { id } }"]}',
    '{"query":null}',
    '{}',
    '"{ items }"',
    '',
  ]
  for (const body of bodies) assert.equal(await sent(body), 'body-malformed', body)
  for (const type of [
    'application/graphql',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=a',
    'text/plain',
  ])
    assert.equal(await sent('{ items { id } }', { 'Content-Type': type }), 'media-unsupported', type)
  for (const query of ['?query={secrets}', '?operationName=B', '?id=stored', '?x'])
    assert.equal(
      await outcome(`/shop/graphql${query}`, { method: 'POST', headers: json, body: good }),
      'body-malformed',
    )
  assert.deepEqual(server.ran, [])
})

test('stored documents are not taken, with or without their text', async () => {
  const persistedQuery = { version: 1, sha256Hash: 'a'.repeat(64) }
  assert.equal(await asked(undefined, { extensions: { persistedQuery } }), 'body-malformed')
  assert.equal(await asked('{ items { id } }', { extensions: { persistedQuery } }), 'body-malformed')
  assert.equal(await asked('{ items { id } }', { extensions: { PersistedQuery: persistedQuery } }), 'body-malformed')
  assert.equal(await asked('{ items { id } }', { extensions: { clientLibrary: { name: 'x', version: '1' } } }), 'open')
  const extensions = encodeURIComponent(JSON.stringify({ persistedQuery }))
  assert.equal(await got(`?extensions=${extensions}`), 'body-malformed')
})

test('a GET is read where every server reads it', async () => {
  assert.equal(await got('?query={items{id}}'), 'open')
  assert.equal(await got('?query=query+A+%7Bitems%7Bid%7D%7D&operationName=A'), 'open')
  const bad = [
    '?query={items{id}}&query={secrets}',
    '?query={items{id}}&%71uery={secrets}',
    '?query={items{id}};query={secrets}',
    '?query={items{id}}%23;query={secrets}',
    '?query={items{id}}&Query={secrets}',
    '?query[]={items{id}}',
    '?query={items{id}}&variables=[]',
    '?query={items{id}}&variables={',
    '?query={items{id}}&id=1',
    '?query=mutation{createOrder{id}}',
    '?query=subscription{items}',
    '?',
    '',
  ]
  for (const query of bad) assert.equal(await got(query), 'body-malformed', query)
  assert.equal(await got('?query=%ff'), 'target-malformed')
  assert.equal(await got('?query={secrets}'), 'operation-unknown')
  assert.equal(await got('?query={secrets}', { method: 'HEAD' }).catch(() => 'no body'), 'no body')
  assert.deepEqual(server.ran, ['items', 'items'])
})

test('a GET has no body, which some server might read', async () => {
  const body = '{"query":"{ secrets }"}'
  const fields = ['Host: shop.example', 'Connection: close', 'Content-Type: application/json']
  const say = async (...more: readonly string[]) => {
    const head = ['GET /shop/graphql?query={items{id}} HTTP/1.1', ...fields, ...more]
    return repliesIn(await speak(gateway.url, `${head.join('\r\n')}\r\n\r\n`)).at(-1)?.status
  }
  assert.equal(await say(`Content-Length: ${body.length}`, '', body), 413)
  assert.equal(await say('Transfer-Encoding: chunked', '', body.length.toString(16), body, '0', ''), 413)
  assert.deepEqual(server.ran, [])
})

test('readers that part lines or tokens otherwise find nothing else', async () => {
  for (const odd of ['\u2028', '\u2029', '\u0085', '\u000b', '\u000c', '\u0000', '\ufeff', '\u007f'])
    assert.equal(await asked(`{ items { id } # ${odd} secrets\n}`), 'body-malformed', JSON.stringify(odd))
  assert.equal(await asked('{ items { id } # \n secrets }'), 'operation-unknown')
  for (const query of ['{ items { id } # \r secrets }', '{ items { id #\r parts {\n id } secrets {\n id } #\r }\n }'])
    assert.equal(await asked(query), 'body-malformed')
  assert.equal(await asked('{ items # \r\n { id } }'), 'open')
  assert.equal(await asked('{ items { id } # secrets\n}'), 'open')
  assert.equal(await asked('{ items { id } "secrets" }'), 'body-malformed')
})

test('a reader that knows no block strings finds nothing else', async () => {
  const within = (text: string) => `{ items(a: ["""${text}"""]) { id } }`
  assert.equal(await asked(within('x" ] ) { id } secrets(a: ["x')), 'body-malformed')
  assert.equal(await asked(within('x\\\\"""')), 'body-malformed')
  assert.equal(await asked('{ items { id @a(b: ["""x"""]) } }'), 'open')
})

test('a document is bounded before it is understood', async () => {
  const nested = `${'{ a '.repeat(5000)}${'}'.repeat(5000)}`
  const listed = `{ items(a: ${'['.repeat(3000)}${']'.repeat(3000)}) { id } }`
  const long = `{ items { ${'id '.repeat(12_000)} } }`
  const wide = `{ ${Array.from({ length: 60 }, (_, i) => `f${i}`).join(' ')} }`
  const ring = '{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }'
  const selfish = '{ items { ...a } } fragment a on Item { id parts { ...a } }'
  const chain = `{ ...f0 } ${Array.from({ length: 1500 }, (_, i) => `fragment f${i} on Query { ...f${i + 1} }`).join(' ')}`
  const types = 'type Query { items: String } { items { id } }'
  const twice = '{ items { ...a } } fragment a on Item { id } fragment a on Item { name }'
  for (const query of [
    nested,
    listed,
    long,
    wide,
    ring,
    selfish,
    chain,
    types,
    twice,
    '{ ...nowhere }',
    '',
    '{',
    '{ items(',
    '{}',
    '{ items {} }',
  ])
    assert.equal(await asked(query), 'body-malformed', query.slice(0, 60))
  assert.equal(await asked(`{ ${'...a '.repeat(3000)} } fragment a on Query { items { id } }`), 'body-too-large')
  assert.deepEqual(server.ran, [])
})

test('a field that has an operation of its own is never one of all others, nor is introspection', async () => {
  const all = (query: string) => asked(query, {}, '/shop/all')
  assert.equal(await all('{ items { id } orders { id } }'), 'open')
  assert.equal(await all('{ secrets }'), 'scope-missing')
  for (const query of [
    '{ items { id } secrets }',
    '{ secrets items { id } }',
    '{ __schema { types { name } } }',
    '{ items { id } __type(name: "Item") { name } }',
  ])
    assert.equal(await all(query), 'operation-unknown', query)
  assert.equal(await all('{ __typename }'), 'open')
  assert.equal(await all('mutation { dropAll }'), 'operation-unknown')
  assert.deepEqual(server.ran, ['items', 'orders'])
})
