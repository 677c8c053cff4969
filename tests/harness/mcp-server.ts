import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  createMcpHandler,
  isLegacyRequest,
  McpServer,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { Lifetime } from './lifetime.ts'

const text = (written: string) => ({ content: [{ type: 'text' as const, text: written }] })

interface Told {
  ran(tool: string): void
  /** Awaited by tools that told of their progress, before they answer. */
  heard(): Promise<void>
}

/** A warehouse as an MCP server of the SDK's has it: two tools to look with, two that change something, a document and a prompt. */
function warehouse({ ran, heard }: Told): McpServer {
  const server = new McpServer({ name: 'warehouse', version: '1.0.0' })
  const inputSchema = z.object({ word: z.string().default('') })
  for (const tool of ['search_items', 'count_items', 'order_item', 'drop_all'])
    server.registerTool(tool, { inputSchema }, async ({ word }, { mcpReq }) => {
      ran(tool)
      const progressToken = mcpReq._meta?.progressToken
      if (progressToken !== undefined) {
        await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress: 1 } })
        await heard()
      }
      return text(`${tool} ${word}`)
    })
  server.registerResource('stock', 'warehouse://stock', {}, async uri => ({
    contents: [{ uri: uri.href, text: 'much' }],
  }))
  server.registerPrompt('greeting', {}, async () => ({
    messages: [{ role: 'user', content: { type: 'text', text: 'hello' } }],
  }))
  return server
}

async function requestOf(request: IncomingMessage): Promise<Request> {
  const body = request.method === 'POST' ? await new Response(Readable.toWeb(request)).arrayBuffer() : undefined
  const headers = new Headers(
    Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]),
  )
  return new Request(`http://${request.headers.host}${request.url}`, {
    method: request.method ?? '',
    headers,
    ...(body && { body }),
  })
}

async function answer(response: ServerResponse, { status, headers, body }: Response): Promise<void> {
  response.writeHead(status, Object.fromEntries(headers))
  response.flushHeaders()
  if (body === null) response.end()
  else await pipeline(Readable.fromWeb(body), response).catch(() => undefined) // whoever listened has gone
}

/** Sessions as servers of 2025 keep them, each with a transport of its own. */
function sessionsOf(make: () => McpServer) {
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>()
  const opened = async () => {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: id => void sessions.set(id, transport),
    })
    await make().connect(transport)
    return transport
  }
  return {
    handle: async (request: Request) =>
      (sessions.get(request.headers.get('mcp-session-id') ?? '') ?? (await opened())).handleRequest(request),
    close: () => Promise.all([...sessions.values()].map(session => session.close())),
  }
}

/** Serves revision 2026-07-28, and those of 2025 in sessions. `ran` names the tools that were called. */
export async function startMcpServer(t: Lifetime, heard = () => Promise.resolve()) {
  const ran: string[] = []
  const make = () => warehouse({ ran: tool => ran.push(tool), heard })
  const modern = createMcpHandler(make, { legacy: 'reject' })
  const sessions = sessionsOf(make)
  const server = createServer(async (request, response) => {
    const asked = await requestOf(request)
    const isLegacy = await isLegacyRequest(asked)
    await answer(response, await (isLegacy ? sessions.handle(asked) : modern.fetch(asked)))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    await sessions.close()
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ran }
}
