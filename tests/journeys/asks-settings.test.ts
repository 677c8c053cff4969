import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ecRecipient } from '../harness/encrypted.ts'
import { startGateway } from '../harness/gateway.ts'
import { mistakesOf } from '../harness/mistakes.ts'
import { openYaml } from '../harness/open.ts'

const yamlOf = (operations: object) =>
  openYaml({ to: 'http://127.0.0.1:1', api: [`operations: ${JSON.stringify(operations)}`] })

/** What a gateway says of operations that it doesn't take. */
const saidOf = (t: TestContext, operations: object) => mistakesOf(t, yamlOf(operations))

test('what names nothing that could be asked for does not load', async t => {
  const bad: Readonly<Record<string, RegExp>> = {
    'POST /mcp tools/call': /"tools\/call" needs a name after tools\/call, or \* for any: tools\/call \*$/,
    'POST /mcp tools/list search': /tools\/list takes no name/,
    'POST /mcp "search"': /neither a method of MCP nor query, mutation or subscription$/,
    'GET /mcp tools/list': /is asked for by POST$/,
    '* /mcp tools/list': /is asked for by POST$/,
    'POST /graphql query': /needs root fields after query, or \*: query items$/,
    'POST /graphql query items *': /has \* beside fields/,
    'POST /graphql query items items': /names a field twice$/,
    'GET /graphql mutation createOrder': /a GET only asks queries$/,
    'PUT /graphql query items': /is asked for by POST or GET$/,
  }
  const said = await saidOf(t, Object.fromEntries(Object.keys(bad).map(key => [key, {}])))
  for (const [i, [key, message]] of Object.entries(bad).entries()) assert.match(said[i] ?? '', message, key)
  assert.equal(said.length, Object.keys(bad).length)
})

test('what is asked for leads to one operation of its path, which speaks one protocol', async t => {
  const twice = await saidOf(t, { 'POST /graphql query items orders': {}, 'POST /graphql query orders': {} })
  assert.match(twice.join(), /"query orders" is asked for in POST \/graphql query items orders already$/)
  const both = await saidOf(t, { 'POST /api query items': {}, 'POST /api tools/list': {} })
  assert.match(both.join(), /\/api is asked by graphql and by mcp$/)
  const chosen = [{ select: { header: { 'X-A': '1' } } }, {}]
  const one = { 'POST /graphql query items': {}, 'GET /graphql query items': {}, 'POST /mcp tools/call search': chosen }
  await startGateway(t, yamlOf(one))
})

test('a path of GraphQL has no operation whose queries nobody reads', async t => {
  const items = { 'POST /graphql query items': {} }
  for (const method of ['GET', 'HEAD', '*']) {
    const more = method === 'GET' ? {} : { 'GET /graphql query items': {} }
    const said = await saidOf(t, { ...items, ...more, [`${method} /graphql`]: {} })
    assert.match(said.join(), /takes what \?query= asks for unread: write GET \/graphql query FIELD$/, method)
  }
  const read = { ...items, 'GET /graphql query items': {}, 'PUT /graphql': {}, 'GET /': {} }
  await startGateway(t, yamlOf(read))
})

test('a message that is read as it came is not decrypted afterwards', async t => {
  const decrypt = { keys: [{ key: ecRecipient('ours').pem }], fields: ['$.params.name'] }
  const said = await saidOf(t, { 'POST /mcp tools/call *': { inspect: { decrypt } } })
  assert.match(
    said.join(),
    /POST \/mcp tools\/call \* is chosen by its message, which decrypt would change afterwards$/,
  )
})

test('sizes of documents are whole numbers of one or more', async t => {
  const sized = (graphql: unknown) => ({ 'POST /graphql query a': { admit: { graphql } } })
  for (const size of [{ depth: 0 }, { fields: -1 }, { repeats: '2' }, { roots: 1 }, 7, { depth: 1.5 }])
    assert.equal((await saidOf(t, sized(size))).length, 1, JSON.stringify(size))
  await startGateway(t, yamlOf(sized({ depth: 2 })))
})
