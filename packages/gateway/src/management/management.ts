import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Clock, Problem, Reply, Secret } from '@sallyport/core'
import { listenOnSocket, ownMode } from '@sallyport/http1'
import { isOwnAddress, renderProblem, requireSameMachine } from '@sallyport/stages'
import type { Metrics } from '@sallyport/stages/metrics'
import { answerer, type Page, refusalAt } from './answer.ts'
import { listenOnPort } from './listen.ts'
import { requireOperator } from './operator.ts'
import { refuseUnreadable } from './unreadable.ts'
import { serveVerbs, type VerbPorts } from './verbs.ts'

export interface ManagementOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** Where the unix socket stands; undefined where there shall be none. */
  readonly socketPath: string | undefined
  /** Other names for this machine that a Host field may hold. */
  readonly hosts?: readonly string[]
  readonly key: Secret
  readonly verbs: VerbPorts
  readonly metrics: Pick<Metrics, 'exposition' | 'contentType'>
  /** What must be true for calls to be taken: rules loaded, records written. */
  readonly ready: () => Readonly<Record<string, boolean>>
  /** What else is told of its health. */
  readonly health?: () => Readonly<Record<string, string>>
  readonly newId: () => string
  readonly clock: Clock
  /** Told of every refusal; its reason is for the log. */
  readonly onProblem: (problem: Problem, id: string) => void
}

export interface Management {
  readonly url: string
  /** Takes no more connections and ends those that are open. */
  close(): Promise<void>
}

const json = (status: number, value: unknown): Page => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(value),
})

function pagesOf({ metrics, ready, health = () => ({}) }: ManagementOptions) {
  return {
    '/healthz': () => json(200, { healthy: true, ...health() }),
    '/readyz': () => {
      const checks = ready()
      const all = Object.values(checks).every(Boolean)
      return json(all ? 200 : 503, { ready: all, checks })
    },
    '/metrics': async () => ({ status: 200, contentType: metrics.contentType, body: await metrics.exposition() }),
  }
}

function write(response: ServerResponse, reply: Reply, id: string): void {
  if (reply.kind !== 'answer') throw new TypeError('management answers whole')
  const headers = reply.headers.includes('Sallyport-Call-Id')
    ? reply.headers
    : [...reply.headers, 'Sallyport-Call-Id', id]
  const length = ['Content-Length', String(Buffer.byteLength(reply.body))]
  response.writeHead(reply.status, [...headers, ...length])
  response.end(reply.body)
}

function serverOf(answer: (request: IncomingMessage) => Promise<Reply>, options: ManagementOptions): Server {
  const { newId, onProblem } = options
  const refused = (error: unknown, id: string): Reply => {
    const { problem, stage } = refusalAt(error, 'forward')
    onProblem(problem, id)
    return renderProblem(problem, stage, id)
  }
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    const id = newId()
    const reply = await answer(request).catch(error => refused(error, id))
    // A body that nobody read stands on the wire still.
    if (!request.complete) response.shouldKeepAlive = false
    write(response, reply, id)
  }
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 5_000 })
  server.maxConnections = 256
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    respond(request, response).catch(() => response.destroy())
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    refuseUnreadable(socket, error, newId())
  })
  return server
}

function closed(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

/** Opens the management door on loopback and on a unix socket. Throws where either cannot be had. */
export async function openManagement(options: ManagementOptions): Promise<Management> {
  const { host, port, socketPath, hosts = [], key, verbs, clock } = options
  if (!isOwnAddress(host)) {
    throw new Error(
      `management listens on loopback only, not on ${host}: beyond this machine it would need TLS, which it does not offer yet`,
    )
  }
  const bracketed = host.includes(':') ? `[${host}]` : host
  const answer = answerer({
    requireSameMachine: requireSameMachine(new Set(['localhost', '127.0.0.1', '[::1]', bracketed, ...hosts])),
    requireOperator: requireOperator(key, () => clock.now()),
    served: serveVerbs(verbs),
    pages: pagesOf(options),
  })
  const local = serverOf(answer, options)
  await listenOnPort(local, host, port)
  const servers = [local]
  if (socketPath !== undefined) {
    const socket = serverOf(answer, options)
    await listenOnSocket(socket, socketPath, ownMode).catch(async error => {
      await closed(local)
      throw error
    })
    servers.push(socket)
  }
  const address = local.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  return {
    url: `http://${bracketed}:${bound}`,
    async close() {
      await Promise.all(servers.map(closed))
    },
  }
}
