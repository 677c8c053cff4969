import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { startGateway } from '../harness/gateway.ts'
import { beginnings, mcpClient, refusalOf } from '../harness/mcp.ts'
import { startMcpServer } from '../harness/mcp-server.ts'
import { forTests } from '../harness/page-example.ts'
import { testIssuer } from '../harness/tokens.ts'
import { firstBlock } from '../house/markdown.ts'

const file = { after }
const issuer = await testIssuer()
/** What a tool waits for that told of its progress. */
let heard = Promise.withResolvers<void>()
const server = await startMcpServer(file, () => heard.promise)
const first = (language: string) => firstBlock('docs/mcp.md', language)
const yaml = forTests(first('yaml'), server.url)
const files = { 'jwks.json': issuer.jwks, 'tools.cedar': first('cedar') }
const gateway = await startGateway(file, yaml, { files })
const aud = 'https://api.example.com/warehouse/mcp'

beforeEach(() => server.ran.splice(0))

const tokenOf = (claims: object) => issuer.token({ aud, scope: 'look', ...claims })
const operations = () => gateway.events.map(({ method, operation }) => `${method} ${operation}`)

for (const beginning of beginnings) {
  const clientAs = async (claims: object) =>
    (await mcpClient(file, gateway, { beginning, token: await tokenOf({ sub: `${beginning} ann`, ...claims }) })).client

  test(`a client that begins ${beginning} lists tools, calls those that are written, and no other`, async () => {
    const client = await clientAs({})
    const { tools } = await client.listTools()
    assert.deepEqual(
      tools.map(({ name }) => name),
      ['search_items', 'count_items'],
    )
    const { content } = await client.callTool({ name: 'search_items', arguments: { word: 'bolt' } })
    assert.deepEqual(content, [{ type: 'text', text: 'search_items bolt' }])
    assert.equal(gateway.events.at(-1)?.operation, 'POST /mcp tools/call search_items')
    assert.equal(gateway.events.at(-1)?.asked, undefined)
    assert.equal(await refusalOf(client.callTool({ name: 'drop_all' })), 'operation-unknown')
    assert.equal(await refusalOf(client.callTool({ name: 'Search_items' })), 'operation-unknown')
    assert.equal(await refusalOf(client.listPrompts()), 'operation-unknown')
    assert.deepEqual(server.ran, ['search_items'])
    const { contents } = await client.readResource({ uri: 'warehouse://stock' })
    assert.equal(contents.length, 1)
    const { operation, asked } = gateway.events.at(-1) ?? {}
    assert.deepEqual([operation, asked], ['POST /mcp resources/read *', ['resources/read warehouse://stock']])
  })

  test(`a client that begins ${beginning} is held to a policy by tool`, async () => {
    const [client, clerk] = [await clientAs({}), await clientAs({ roles: ['clerk'] })]
    assert.equal(await refusalOf(client.callTool({ name: 'count_items' })), 'policy-refuses')
    await clerk.callTool({ name: 'count_items' })
    assert.deepEqual(server.ran, ['count_items'])
  })

  test(`a client that begins ${beginning} hears events of an answer before it ends`, async () => {
    const client = await clientAs({})
    heard = Promise.withResolvers()
    const onprogress = () => heard.resolve()
    const { content } = await client.callTool({ name: 'search_items', arguments: { word: 'nut' } }, { onprogress })
    assert.deepEqual(content, [{ type: 'text', text: 'search_items nut' }])
  })

  test(`a client that begins ${beginning} needs the scope of a tool, and has a limit of that tool's`, async () => {
    const without = await clientAs({})
    assert.equal(await refusalOf(without.callTool({ name: 'order_item' })), 'scope look order')
    const client = await clientAs({ scope: 'look order' })
    assert.equal((await client.listTools()).tools.length, 3)
    for (const _ of [1, 2]) await client.callTool({ name: 'order_item' })
    assert.equal(await refusalOf(client.callTool({ name: 'order_item' })), 'limit-exceeded')
    await client.callTool({ name: 'search_items' })
    assert.deepEqual(server.ran, ['order_item', 'order_item', 'search_items'])
  })
}

test('the stream of a session and its end are operations of their own', async () => {
  const { client, transport } = await mcpClient(file, gateway, { token: await tokenOf({ sub: 'bob' }) })
  await client.ping()
  await transport.terminateSession()
  const seen = operations().slice(-5)
  for (const one of ['POST POST /mcp ping', 'DELETE DELETE /mcp']) assert.ok(seen.includes(one), seen.join(', '))
})
