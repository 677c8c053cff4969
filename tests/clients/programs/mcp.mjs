// @ts-nocheck: its package stands in tests/clients/node_modules, which only tests of real clients install.
// Calls by the MCP SDK of the first line (@modelcontextprotocol/sdk): the first argument is the server's URL, each further one a tool. Says the names of all
// tools, and of each call the text of its answer or the error, a line of JSON each.
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'

const [url, ...tools] = process.argv.slice(2)
const say = value => console.log(JSON.stringify(value))
const client = new Client({ name: 'test', version: '1.0.0' })
const transport = new StreamableHTTPClientTransport(new URL(url), {
  requestInit: { headers: { Authorization: `Bearer ${process.env.MCP_TOKEN}` } },
})
await client.connect(transport)
say((await client.listTools()).tools.map(({ name }) => name))
for (const name of tools) {
  try {
    say((await client.callTool({ name, arguments: { word: 'bolt' } })).content[0].text)
  } catch ({ code, message }) {
    say({ code, message })
  }
}
await transport.terminateSession()
await client.close()
