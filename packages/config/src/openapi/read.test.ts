import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { linesOf } from '../testing/tree-of.ts'
import { readOpenApi } from './read.ts'

const head = 'openapi: 3.1.0\ninfo: { title: Shop }\n'
const schemes = `
components:
  securitySchemes:
    key: { type: apiKey, in: header, name: X }
    login: { $ref: '#/components/securitySchemes/oauth' }
    oauth: { type: oauth2, flows: {} }
`

function read(text: string) {
  return readOpenApi(text, 'shop.yaml')
}

/** `GET /items`, in order, of a document without mistakes. */
function operationsOf(text: string): string[] {
  const { operations, mistakes } = read(text)
  assert.equal(linesOf(mistakes), '')
  return operations.map(({ method, template }) => `${method} ${template}`)
}

function securityOf(text: string) {
  const { operations, mistakes } = read(text)
  assert.equal(linesOf(mistakes), '')
  return operations[0]?.security
}

function mistakesIn(text: string): string {
  return linesOf(read(text).mistakes)
}

test('every operation is read with its name, summary and place; what else a path holds is not', () => {
  const { title, operations, servers, mistakes } = read(`${head}
servers:
  - { url: 'https://{host}:{port}/v1', variables: { host: { default: shop.example }, port: { enum: ['1'] } } }
  - { url: /v2 }
paths:
  x-extra: 1
  /items/{id}:
    summary: s
    parameters: []
    x-more: {}
    get: { operationId: getItem, summary: One item }
    delete: {}
`)
  assert.deepEqual(mistakes, [])
  assert.equal(title, 'Shop')
  assert.deepEqual(servers, ['https://shop.example:{port}/v1', '/v2'])
  const common = { template: '/items/{id}', security: undefined }
  assert.deepEqual(operations, [
    {
      ...common,
      method: 'GET',
      operationId: 'getItem',
      summary: 'One item',
      place: { file: 'shop.yaml', line: 13, column: 5 },
      path: ['paths', '/items/{id}', 'get'],
    },
    {
      ...common,
      method: 'DELETE',
      operationId: undefined,
      summary: undefined,
      place: { file: 'shop.yaml', line: 14, column: 5 },
      path: ['paths', '/items/{id}', 'delete'],
    },
  ])
})

test("an operation's own security stands in place of the document's", () => {
  const paths = (own: string) => `${head}${schemes}security: [{ key: [] }]\npaths: { /a: { get: { ${own} } } }\n`
  const key = { scheme: 'key', type: 'apiKey', scopes: [] }
  const login = { scheme: 'login', type: 'oauth2', scopes: ['a', 'b'] }
  assert.deepEqual(securityOf(paths('')), [[key]])
  assert.deepEqual(securityOf(paths('security: [{ login: [a, b] }]')), [[login]])
  assert.deepEqual(securityOf(paths('security: [{ key: [], login: [a, b] }, { key: [] }]')), [[key, login], [key]])
  assert.equal(securityOf(`${head}paths: { /a: { get: {} } }`), undefined)
})

test('no requirement, and an empty one among others, mean that anyone may call', () => {
  for (const security of ['[]', '[{}]', '[{ key: [] }, {}]']) {
    assert.equal(securityOf(`${head}${schemes}paths: { /a: { get: { security: ${security} } } }`), 'none')
  }
})

test('security that cannot be understood is a mistake, never less security', () => {
  const told = mistakesIn(`${head}
components: { securitySchemes: { key: { type: apikey }, gone: { $ref: '#/x' } } }
paths:
  /a:
    get: { security: { key: [] } }
    put: { security: [key] }
    post: { security: [{ kye: [] }] }
    patch: { security: [{ key: [] }, { key: yes }] }
    delete: { security: [{ gone: [] }] }
`)
  const lines = told.replace(/\n {4}| (?=Allowed)/g, ' | ').split('\n')
  assert.deepEqual(
    lines.map(line => line.replace(/^shop\.yaml:\d+:\d+ {2}/, '')),
    [
      'components.securitySchemes.key.type: must be a type of security scheme | Allowed: apiKey, http, oauth2, openIdConnect, mutualTLS',
      'components.securitySchemes.gone["$ref"]: "#/x" leads nowhere',
      'paths["/a"].get.security: must be a list of security requirements',
      'paths["/a"].put.security[0]: must be a map from security schemes to scopes',
      'paths["/a"].post.security[0].kye: no security scheme "kye" is declared under components.securitySchemes; did you mean "key"? | Allowed: key, gone',
      'paths["/a"].patch.security[1].key: must be a list of scopes',
    ],
  )
})

test('a path item may stand elsewhere in the document, and is never fetched from another', () => {
  const text = `${head}
components: { pathItems: { shared: { get: { summary: elsewhere } } } }
paths:
  /a: { $ref: '#/components/pathItems/shared' }
  /b: { $ref: '#/paths/~1a', post: {} }
  /{c}: { $ref: '#/paths/%2Fb' }
`
  assert.deepEqual(operationsOf(text), ['GET /a', 'POST /b', 'GET /b', 'GET /{c}'])
  const wrong = `${head}
paths:
  /a: { $ref: 'https://other.example/paths.yaml#/a' }
  /b: { $ref: '#/paths/~1c' }
  /c: { $ref: '#/paths/~1b' }
  /d: { $ref: '#/nowhere' }
  /e: { $ref: '#/info/title' }
`
  assert.deepEqual(
    mistakesIn(wrong)
      .split('\n')
      .map(line => line.replace(/^\S+ {2}/, '')),
    [
      'info.title: must be a map from methods to operations',
      'paths["/a"]["$ref"]: "https://other.example/paths.yaml#/a" is another document, which isn\'t read',
      'paths["/b"]["$ref"]: this reference leads back to itself',
      'paths["/b"]["$ref"]: this reference leads back to itself'.replace('/b', '/c'),
      'paths["/d"]["$ref"]: "#/nowhere" leads nowhere',
    ],
  )
})

test('TRACE is noted and left out; any other unknown method is a mistake with the nearest one', () => {
  const { operations, notes, mistakes } = read(`${head}paths: { /a: { trace: {}, GET: {}, pots: {}, put: 5 } }`)
  assert.deepEqual(operations, [])
  assert.match(linesOf(notes), /paths\["\/a"\]\.trace: TRACE is never forwarded/)
  const told = linesOf(mistakes)
  assert.match(told, /unknown key "GET"; did you mean "get"\?/)
  assert.match(told, /unknown key "pots"; did you mean "post"\?/)
  assert.match(told, /put: must be a map/)
})

test("a template is written in our form, whatever the document's parameters are called", () => {
  const paths = ['/a/{item id}', '/b/{1}.{$format}', '/c/']
  const text = `${head}paths: ${JSON.stringify(Object.fromEntries(paths.map(path => [path, { get: {} }])))}`
  assert.deepEqual(operationsOf(text), ['GET /a/{item_id}', 'GET /b/{_1}.{_format}', 'GET /c/'])
})

test('a path that no request could match is a mistake', () => {
  for (const path of ['a', '', '/a?b=1', '/a//b', '/a/{b', '/a/../b', '/{a}{b}']) {
    assert.notEqual(mistakesIn(`${head}paths: ${JSON.stringify({ [path]: { get: {} } })}`), '', path)
  }
})

test('two operations that match the same requests are a mistake, unless one is a variant with the same security', () => {
  const twice = mistakesIn(`${head}paths: { '/a/{b}': { get: {} }, '/a/{c}': { get: {}, put: {} } }`)
  assert.match(
    twice,
    /^shop\.yaml:3:\d+ {2}paths\["\/a\/\{c\}"\]\.get: matches the same requests as the operation on line 3$/,
  )
  assert.deepEqual(operationsOf(`${head}paths: { '/a#x': { get: {}, put: {} }, /a: { get: { summary: plain } } }`), [
    'GET /a',
    'PUT /a',
  ])
  const stricter = `${head}${schemes}paths: { /a: { get: {} }, '/a#x': { get: { security: [{ key: [] }] } } }`
  assert.match(mistakesIn(stricter), /matches the same requests/)
})

test('a document of another kind or version is refused in words', () => {
  assert.match(mistakesIn('swagger: "2.0"\n'), /swagger: Swagger 2\.0 is not read; convert the document to OpenAPI 3/)
  assert.match(mistakesIn('openapi: 4.0.0\npaths: {}\n'), /openapi: must be a version 3\.0 or 3\.1/)
  assert.match(mistakesIn('a: 1\n'), /this is not an OpenAPI document/)
  assert.match(mistakesIn('[]'), /this is not an OpenAPI document/)
  assert.match(mistakesIn('{'), /^shop\.yaml:1:\d+ {2}not well-formed YAML/)
  assert.match(mistakesIn(`${head}paths: []\n`), /paths: must be a map/)
  assert.deepEqual(operationsOf(`${head}webhooks: { x: { post: {} } }\n`), [])
})

test('reading never throws, whatever stands where', () => {
  const key = fc.constantFrom(
    'paths',
    '/a',
    '/{b}',
    'get',
    'trace',
    '$ref',
    'security',
    'key',
    'components',
    'securitySchemes',
  )
  const leaf = fc.constantFrom('3.1.0', '#/paths/~1a', '#/', '#', 1, null, true)
  const { node } = fc.letrec(tie => ({
    node: fc.oneof({ maxDepth: 6 }, leaf, fc.array(tie('node'), { maxLength: 3 }), fc.dictionary(key, tie('node'))),
  }))
  fc.assert(
    fc.property(fc.dictionary(key, node), document => {
      const { operations, mistakes } = read(JSON.stringify({ openapi: '3.0.3', ...document }))
      assert(operations.every(({ template }) => template.startsWith('/')))
      linesOf(mistakes)
    }),
    { numRuns: 500 },
  )
})
