import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Lifetime } from './lifetime.ts'

/** One request as a backend received it. */
export interface Received {
  readonly method: string
  readonly url: string
  /** Names in lower case and values, as they came. */
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Buffer
}

export interface Backend {
  readonly url: string
  readonly port: number
  /** Every request that came, oldest first. */
  readonly received: readonly Received[]
}

export type Answer = (request: Received, response: ServerResponse) => void

const echo: Answer = (request, response) => {
  response.setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify({ method: request.method, url: request.url }))
}

async function receive(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const raw = request.rawHeaders
  const headers = raw.flatMap((name, i) => (i % 2 === 0 ? [[name.toLowerCase(), raw[i + 1] ?? ''] as const] : []))
  return { method: request.method ?? '', url: request.url ?? '', headers, body: Buffer.concat(chunks) }
}

/** A small HTTP server that records what it receives, for the length of a test. */
export async function startBackend(t: Lifetime, answer: Answer = echo): Promise<Backend> {
  const received: Received[] = []
  const server: Server = createServer(async (request, response) => {
    const seen = await receive(request).catch(() => undefined)
    if (seen === undefined) return
    received.push(seen)
    answer(seen, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, port, received }
}

/** The values of one header of a request. `name` in lower case. */
export const valuesOf = (request: Received | undefined, name: string) =>
  request?.headers.filter(([key]) => key === name).map(([, value]) => value) ?? []
