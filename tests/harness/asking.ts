/** Operations of an API before a server of MCP and one of GraphQL, as members of an API, a line each. */
export const askingApi: readonly string[] = [
  'operations:',
  ...['tools/list', 'tools/call search', 'tools/call order'].map(asked => `  POST /mcp ${asked}: {}`),
  '  POST /graphql query items item: {}',
  '  POST /graphql query *: {}',
  '  POST /graphql mutation createOrder: {}',
  '  POST /rpc: {}',
  '  POST /all ping: {}',
  '  POST /all: {}',
  '  GET /files/{path*}: {}',
  '  POST /{other}: {}',
]

type Call = (path: string, init: RequestInit) => Promise<Response>

/** Asks for things with a token; each gives the status. */
export function asking(call: Call, bearer: string) {
  const headers = { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' }
  const post = async (path: string, message: object) =>
    (await call(`/github${path}`, { method: 'POST', headers, body: JSON.stringify(message) })).status
  return {
    tool: (name: string, path = '/mcp') =>
      post(path, { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } }),
    list: () => post('/mcp', { jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    graphql: (query: string) => post('/graphql', { query }),
  }
}
