import { createServer as createPlain, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTls, type Server as TlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type Arrival, Problem } from '@sallyport/core'
import type { Handled } from '@sallyport/stages'
import { NodeBody } from './node-body.ts'
import { answerRaw, parserProblem } from './raw-answer.ts'
import { writeReply } from './write.ts'

/** Certificate chain and key in PEM. */
export interface TlsMaterial {
  readonly cert: string
  readonly key: string
}

export interface ListenAt {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  readonly tls: TlsMaterial | undefined
}

/** Who judges what arrives, and who remembers what could not even be read. */
export interface Judge {
  handle(arrival: Arrival): Promise<Handled>
  unreadable(problem: Problem, peer: string | undefined): string
}

export interface Listener {
  readonly url: string
  replaceTls(material: TlsMaterial): void
  /** Takes no more connections and waits until the calls under way are answered; after `graceMs` it cuts them. */
  close(graceMs: number): Promise<void>
}

const limits = {
  maxHeaderSize: 16_384,
  headersTimeout: 15_000,
  requestTimeout: 0,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
  requireHostHeader: false,
  noDelay: true,
}

const tlsOf = ({ cert, key }: TlsMaterial) =>
  ({ cert, key, minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'] }) as const

function arrivalOf(request: IncomingMessage, body: NodeBody, encrypted: boolean): Arrival {
  return {
    method: request.method ?? '',
    target: request.url ?? '',
    httpVersion: request.httpVersion,
    rawHeaders: request.rawHeaders,
    peer: request.socket.remoteAddress,
    encrypted,
    body,
  }
}

/** A server that hands each request to the judge and writes what it answers. */
function serve(server: Server | TlsServer, judge: Judge, encrypted: boolean): void {
  const answer = async (request: IncomingMessage, response: ServerResponse, waiting: boolean) => {
    const body = new NodeBody(request, response, waiting)
    const handled = await judge.handle(arrivalOf(request, body, encrypted))
    if (body.unread || !server.listening) response.shouldKeepAlive = false
    writeReply(response, handled.reply, outcome => handled.finish({ ...outcome, bytesIn: body.received }))
  }
  const refuse = (socket: Duplex & { readonly remoteAddress?: string | undefined }, problem: Problem) =>
    answerRaw(socket, problem, judge.unreadable(problem, socket.remoteAddress))
  server.on('request', (request: IncomingMessage, response: ServerResponse) => void answer(request, response, false))
  server.on(
    'checkContinue',
    (request: IncomingMessage, response: ServerResponse) => void answer(request, response, true),
  )
  server.on(
    'checkExpectation',
    (request: IncomingMessage, response: ServerResponse) => void answer(request, response, false),
  )
  server.on('connect', (_: IncomingMessage, socket: Duplex) =>
    refuse(socket, new Problem('method-unsupported', {}, 'tunnels are not served')),
  )
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || error.code === 'EPIPE') socket.destroy()
    else refuse(socket, parserProblem(error))
  })
}

function listening(server: Server | TlsServer, at: ListenAt): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(at.port, at.host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

const isTls = (server: Server | TlsServer): server is TlsServer => 'setSecureContext' in server

/** Opens a listener. Throws where the address cannot be had or the certificate does not fit the key. */
export async function openListener(at: ListenAt, judge: Judge): Promise<Listener> {
  const server = at.tls === undefined ? createPlain(limits) : createTls({ ...limits, ...tlsOf(at.tls) })
  serve(server, judge, at.tls !== undefined)
  await listening(server, at)
  const { port } = server.address() as AddressInfo
  const host = at.host.includes(':') ? `[${at.host}]` : at.host
  return {
    url: `${at.tls === undefined ? 'http' : 'https'}://${host}:${port}`,
    replaceTls(material) {
      if (isTls(server)) server.setSecureContext(tlsOf(material))
    },
    close(graceMs) {
      return new Promise(resolve => {
        const cut = setTimeout(() => server.closeAllConnections(), graceMs)
        server.close(() => {
          clearTimeout(cut)
          resolve()
        })
        server.closeIdleConnections()
      })
    },
  }
}
