import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readOpenApi } from '../openapi/read.ts'
import { checkTree } from '../read/check.ts'
import { plainValue } from '../read/plain.ts'
import { substitute } from '../read/substitute.ts'
import { configuration } from '../schema/configuration.ts'
import { openApiCorpus } from '../testing/openapi-corpus.ts'
import { linesOf, treeOf } from '../testing/tree-of.ts'
import { authorizationOf } from './authorization.ts'
import { apiNameOf } from './name.ts'
import { writeConfiguration } from './write.ts'

const document = `
openapi: 3.0.3
info: { title: "The Shop: all\\n of it # yes" }
components: { securitySchemes: { login: { type: oauth2 }, key: { type: apiKey } } }
security: [{ login: [shop] }]
paths:
  /items:
    get: { operationId: listItems, summary: "All items # and\\n'more'" }
    post: { security: [{ login: [b, a] }, { login: [admin], key: [] }, { key: [] }] }
  /items/{id}:
    get: { security: [] }
    head: { security: [{ key: [] }] }
    delete: { security: [{ key: [] }] }
  "/odd, {a}: [x]/$\\u00e9": { put: {} }
`
const choices = { upstream: 'http://[::1]:9000/base', name: 'shop', file: 'shop.yaml' }

function written(text = document) {
  return writeConfiguration(readOpenApi(text, 'shop.yaml'), choices)
}

test('what is written is a configuration: it reads, and its schema takes it', () => {
  const checked = checkTree(treeOf(written()), configuration)
  assert.equal('mistakes' in checked ? linesOf(checked.mistakes) : '', '')
})

test('every operation is listed, with the scopes of the document or else with one of its own', () => {
  const value = plainValue(treeOf(written()))
  assert.deepEqual(value, {
    sallyport: 1,
    gateway: { http: 8080 },
    apiKeys: './keys.yaml',
    apis: {
      shop: {
        path: '/shop',
        openapi: './shop.yaml',
        identify: { apiKey: { header: 'X-API-Key' } },
        admit: { maxBody: '1MiB' },
        limit: { calls: { allow: '100/minute', per: 'application' } },
        forward: { to: 'http://[::1]:9000/base' },
        operations: {
          'GET /items': { authorize: { scopes: ['shop'] } },
          'POST /items': { authorize: { anyOf: [{ scopes: ['a', 'b'] }, { scopes: ['admin'] }] } },
          'GET /items/{id}': { authorize: { scopes: ['shop:read'] } },
          'HEAD /items/{id}': { authorize: { scopes: ['shop:read'] } },
          'DELETE /items/{id}': { authorize: { scopes: ['shop:write'] } },
          'PUT /odd, {a}: [x]/$é': { authorize: { scopes: ['shop'] } },
        },
      },
    },
  })
})

test('nothing is open, even where the document lets anyone call', () => {
  const open = `${document}  /open: { get: { security: [] }, post: { security: [{}, { key: [] }] } }\n`
  const lines = written(open)
    .split('\n')
    .filter(line => !line.trimStart().startsWith('#'))
  assert.doesNotMatch(lines.join('\n'), /anyone|anonymous/)
  assert.match(
    written(open),
    /# The document lets anyone call this\.\n {6}GET \/open: \{ authorize: \{ scopes: \[shop:read\] \} \}/,
  )
})

test('texts of the document stay within their comments', () => {
  const text = written()
  assert.match(text, /^# The guard before shop, .* from shop\.yaml \(The Shop: all of it # yes\)\.$/m)
  assert.match(text, /^ {6}# listItems: All items # and 'more'$/m)
})

test('an alternative without scopes never makes an operation open', () => {
  const operation = { method: 'POST', template: '/', operationId: undefined, summary: undefined, path: [] }
  const place = { file: '', line: 1, column: 1 }
  const key = { scheme: 'key', type: 'apiKey', scopes: [] }
  assert.deepEqual(authorizationOf({ ...operation, place, security: [[key]] }, 'x'), { scopes: ['x:write'] })
  assert.deepEqual(authorizationOf({ ...operation, place, security: [[key], [{ ...key, scopes: ['s'] }]] }, 'x'), {
    scopes: ['s'],
  })
})

test('an API is named after its title, else after its file', () => {
  const named = (title: string, file: string) =>
    apiNameOf(readOpenApi(`openapi: 3.0.0\ninfo: { title: ${title} }`, file), file)
  assert.equal(named('"Café & Bar: API v2"', 'x.yaml'), 'cafe-bar-api-v2')
  assert.equal(named('""', 'conf/my.shop_api.yaml'), 'my-shop-api')
  assert.equal(named('"日本"', '本.yaml'), 'api')
  assert.equal(named(`"${'long '.repeat(20)}"`, 'x').length, 39)
})

test('every real OpenAPI document makes a configuration that its schema takes, each operation listed once', async t => {
  const corpora = process.env.SALLYPORT_CORPORA
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const ports = { env: {}, readFile: () => Promise.reject(new Error()), secret: async () => undefined }
  for (const [name, text] of openApiCorpus(corpora)) {
    const openapi = readOpenApi(text, name)
    if (openapi.mistakes.length > 0) continue
    const config = writeConfiguration(openapi, { ...choices, name: apiNameOf(openapi, name), file: name })
    const { tree, mistakes } = await substitute(treeOf(config), ports)
    const checked = checkTree(tree, configuration)
    assert.equal(linesOf([...mistakes, ...('mistakes' in checked ? checked.mistakes : [])]), '', name)
    const [api] = 'value' in checked ? Object.values(checked.value.apis) : []
    assert.equal(Object.keys(api?.operations ?? {}).length, openapi.operations.length, name)
  }
})

test('an upstream in plain HTTP beyond this machine is not allowed for the user, who is told', () => {
  const openapi = readOpenApi(document, 'shop.yaml')
  const far = writeConfiguration(openapi, { ...choices, upstream: 'http://backend:9001' })
  assert.match(
    far,
    /use https, or write "allowPlainHttp: true" beside "to"\.\n {4}forward: \{ to: http:\/\/backend:9001 \}/,
  )
  assert.doesNotMatch(written(), /allowPlainHttp/)
})
