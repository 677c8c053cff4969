import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { ClientCredentialsProvider } from '@modelcontextprotocol/client'
import { startAuthority } from '../harness/authority.ts'
import { startGateway } from '../harness/gateway.ts'
import { publicUrl } from '../harness/guarded.ts'
import { mcpClient } from '../harness/mcp.ts'
import { startMcpServer } from '../harness/mcp-server.ts'
import { readChallenges } from '../standards/challenge.ts'

const file = { after }
const [server, authority] = [await startMcpServer(file), await startAuthority(file)]
const asking = JSON.stringify({
  ...{
    introspection: authority.introspection,
    issuer: authority.url,
    audience: 'https://api.example.com/warehouse/mcp',
  },
  ...{ clientId: authority.api.clientId, clientSecret: '${AUTHORITY_SECRET}' },
})
const yaml = `
sallyport: 1
gateway: { http: 0, url: ${publicUrl} }
apis:
  warehouse:
    path: /warehouse
    identify: { oauth2: ${asking} }
    authorize: { scopes: [read] }
    forward: { to: "${server.url}" }
    operations:
      POST /mcp initialize: {}
      POST /mcp notifications/*: {}
      POST /mcp server/discover: {}
      POST /mcp tools/call search_items: {}
      POST /mcp tools/call order_item: { authorize: { scopes: [write] } }
      GET /mcp: {}
      GET /other: { authorize: { scopes: [other] } }
`
const gateway = await startGateway(file, yaml, { env: { AUTHORITY_SECRET: authority.api.clientSecret } })
// The authority goes by `Date`, which tests beside may mock, and its tokens are good for ten minutes.
beforeEach(() => gateway.clock.advance(Date.now() + 60_000 - gateway.clock.now()))
const resource = `${publicUrl}/warehouse/mcp`
const metadata = `${publicUrl}/.well-known/oauth-protected-resource/warehouse/mcp`

test('the metadata of an MCP server is of the URL that clients call, and its challenges lead there', async () => {
  const response = await gateway.call('/.well-known/oauth-protected-resource/warehouse/mcp')
  assert.deepEqual(JSON.parse(await response.text()), {
    ...{ resource, resource_name: 'warehouse', authorization_servers: [authority.url] },
    ...{ scopes_supported: ['read', 'write'], bearer_methods_supported: ['header'] },
  })
  for (const [method, path] of [
    ['GET', '/warehouse/mcp'],
    ['GET', '/warehouse/other'],
  ] as const) {
    const refused = await gateway.call(path, { method })
    const [bearer] = readChallenges(refused.headers.get('WWW-Authenticate') ?? '')
    const other = metadata.replace('/mcp', '')
    assert.equal(bearer?.parameters.get('resource_metadata'), path.endsWith('mcp') ? metadata : other)
  }
})

for (const [beginning, first] of Object.entries({ legacy: 'initialize', auto: 'server/discover' })) {
  test(`a client that begins ${beginning} finds who gives it tokens, and asks for a wider one where a tool wants more`, async () => {
    const [ran, before] = [server.ran.length, gateway.events.length]
    const authProvider = new ClientCredentialsProvider(authority.agent)
    const { client } = await mcpClient(file, gateway, {
      beginning: beginning === 'auto' ? 'auto' : 'legacy',
      authProvider,
    })
    const scopes = () => authProvider.tokens()?.scope
    assert.equal(scopes(), 'read')
    await client.callTool({ name: 'search_items' })
    assert.equal(scopes(), 'read')
    await client.callTool({ name: 'order_item' })
    assert.equal(scopes(), 'read write')
    assert.deepEqual(server.ran.slice(ran), ['search_items', 'order_item'])
    const events = gateway.events.slice(before)
    assert.deepEqual(
      events.flatMap(({ refusal, operation }) => (refusal ? [`${refusal.code} ${operation}`] : [])),
      [`credential-missing POST /mcp ${first}`, 'scope-missing POST /mcp tools/call order_item'],
    )
  })
}
