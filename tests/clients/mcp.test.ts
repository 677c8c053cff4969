import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startGateway } from '../harness/gateway.ts'
import { magicYaml, minted } from '../harness/magic.ts'
import { startMcpServer } from '../harness/mcp-server.ts'
import { withoutClients } from './install.ts'
import { startProgram } from './program.ts'

const skip = await withoutClients()

const tools = ['search_items', 'count_items', 'order_item']
const operations = ['initialize', 'notifications/*', 'tools/list', ...tools.map(tool => `tools/call ${tool}`)]
const api = [
  'operations:',
  ...operations.map(asked => `  POST /mcp ${asked}: {}`),
  '  GET /mcp: {}',
  '  DELETE /mcp: {}',
]

test('a client of the first SDK calls the tool that its token names, and is told why others are refused', {
  skip,
}, async t => {
  const server = await startMcpServer(t)
  const gateway = await startGateway(t, magicYaml({ to: server.url, api }))
  const asks = ['initialize', 'notifications/*', 'tools/list', 'tools/call search_items']
  const permit = [
    { method: 'POST', path: '/mcp', asks },
    ...['GET', 'DELETE'].map(method => ({ method, path: '/mcp' })),
  ]
  const MCP_TOKEN = await minted(gateway, { permit })
  const asked = ['search_items', 'order_item', 'drop_all']
  const { out, ended } = startProgram(t, 'mcp.mjs', [`${gateway.url}/github/mcp`, ...asked], { MCP_TOKEN })
  assert.equal(await ended, 0)
  const [listed, answered, ...refused] = out.text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  assert.deepEqual(listed, [...tools, 'drop_all'])
  assert.equal(answered, 'search_items bolt')
  assert.deepEqual(
    refused.map(({ code }) => code),
    [403, 403],
  )
  assert.match(refused[0].message, /"code":"not-permitted"/)
  assert.match(refused[1].message, /"code":"operation-unknown".*no operation here is \\"tools\/call drop_all\\"/)
  assert.deepEqual(server.ran, ['search_items'])
})
