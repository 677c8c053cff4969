import { createServer as createPlain, type Server } from 'node:http'
import { createServer as createTls, type Server as TlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { Connections } from './connections.ts'
import { RequestMessage } from './request-message.ts'
import { type Judge, serve } from './serve.ts'
import { Silence } from './silence.ts'

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

export interface Listener {
  readonly url: string
  /** How many connections are open. */
  connections(): number
  replaceTls(material: TlsMaterial): void
  /** Takes no more connections and waits until the calls under way are answered; after `graceMs` it cuts them. */
  close(graceMs: number): Promise<void>
}

/** How long a caller may take, in milliseconds. */
export interface Patience {
  /** For the header section. */
  readonly headersMs: number
  /**
   * Between two pieces of a body, until bytes of an answer are taken, and until the next request on the same connection.
   */
  readonly silenceMs: number
  /** How often the first is looked at. */
  readonly checkMs: number
}

/** The silence outlasts the 60 seconds that load balancers usually keep a connection. */
const usual: Patience = { headersMs: 15_000, silenceMs: 65_000, checkMs: 5_000 }

const limits = {
  IncomingMessage: RequestMessage,
  maxHeaderSize: 16_384,
  requestTimeout: 0,
  requireHostHeader: false,
  optimizeEmptyRequests: true,
  noDelay: true,
}

const tlsOf = ({ cert, key }: TlsMaterial) =>
  ({ cert, key, minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'] }) as const

function createServer(at: ListenAt, patience: Patience): Server | TlsServer {
  const timeouts = {
    headersTimeout: patience.headersMs,
    keepAliveTimeout: 0,
    connectionsCheckingInterval: patience.checkMs,
  }
  const server =
    at.tls === undefined
      ? createPlain({ ...limits, ...timeouts })
      : createTls({ ...limits, ...timeouts, ...tlsOf(at.tls) })
  // Node would drop the fields beyond 1,000 silently; what is too many is refused at admit.
  server.maxHeadersCount = 0
  return server
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
export async function openListener(at: ListenAt, judge: Judge, patience: Patience = usual): Promise<Listener> {
  const server = createServer(at, patience)
  const connections = new Connections()
  const silence = new Silence(patience.silenceMs)
  let open = 0
  server.on('connection', (socket: Socket) => {
    open++
    socket.once('close', () => open--)
  })
  serve(server, judge, connections, silence, at.tls !== undefined)
  await listening(server, at)
  const { port } = server.address() as AddressInfo
  const host = at.host.includes(':') ? `[${at.host}]` : at.host
  return {
    url: `${at.tls === undefined ? 'http' : 'https'}://${host}:${port}`,
    connections: () => open,
    replaceTls(material) {
      if (isTls(server)) server.setSecureContext(tlsOf(material))
    },
    close(graceMs) {
      return new Promise(resolve => {
        const cut = setTimeout(() => {
          server.closeAllConnections()
          connections.cut()
        }, graceMs)
        server.close(() => {
          silence.close()
          clearTimeout(cut)
          resolve()
        })
        connections.drain()
      })
    },
  }
}
