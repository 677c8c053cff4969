import { type AddressInfo, createServer as createPlain, type Server, type Socket } from 'node:net'
import { createServer as createTls, type TlsOptions, Server as TlsServer } from 'node:tls'
import { type Accepted, acceptedPlain, acceptedStream } from './accept.ts'
import { CallerConnection } from './caller-connection.ts'
import { Connections } from './connections.ts'
import { attend, type Judge } from './serve.ts'
import type { Patience } from './silence.ts'
import { listenOnSocket, sharedMode } from './unix-socket.ts'

/** Certificate chain and key in PEM. */
export interface TlsMaterial {
  readonly cert: string
  readonly key: string
  /** Authorities in PEM: only who has a certificate by one of them is let in. */
  readonly clients?: string
}

/** A port, or a unix socket that its owner and the owner's group may use. */
export type Address =
  | {
      readonly host: string
      /** 0 takes a free one. */
      readonly port: number
    }
  | { readonly path: string }

export type ListenAt = Address & { readonly tls: TlsMaterial | undefined }

export interface Listener {
  readonly url: string
  /** How many connections are open. */
  connections(): number
  replaceTls(material: TlsMaterial): void
  /** Takes no more connections and waits until the calls under way are answered; after `graceMs` it cuts them. */
  close(graceMs: number): Promise<void>
}

/** The silence outlasts the 60 seconds that load balancers usually keep a connection. */
const usual: Patience = { headersMs: 15_000, silenceMs: 65_000, checkMs: 5_000 }

/** A caller that closes its side may still be told what was wrong with what it sent. */
const always = { noDelay: true, allowHalfOpen: true }

const tlsAlways: TlsOptions = { minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'] }

const tlsOf = ({ cert, key, clients }: TlsMaterial) => ({
  ...{ cert, key, ...tlsAlways },
  ...(clients !== undefined && { ca: clients, requestCert: true, rejectUnauthorized: true }),
})

const createServer = ({ tls }: ListenAt): Server =>
  tls === undefined ? createPlain({ ...always, pauseOnConnect: true }) : createTls({ ...always, ...tlsOf(tls) })

function listeningAt(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

const listening = (server: Server, at: ListenAt): Promise<void> =>
  'path' in at ? listenOnSocket(server, at.path, sharedMode) : listeningAt(server, at.port, at.host)

function urlOf(server: Server, at: ListenAt): string {
  if ('path' in at) return `unix:${at.path}`
  const { port } = server.address() as AddressInfo
  const host = at.host.includes(':') ? `[${at.host}]` : at.host
  return `${at.tls === undefined ? 'http' : 'https'}://${host}:${port}`
}

/** Opens a listener. Throws where the address cannot be had or the certificate does not fit the key. */
export async function openListener(at: ListenAt, judge: Judge, patience: Patience = usual): Promise<Listener> {
  const server = createServer(at)
  const connections = new Connections(patience)
  const attendant = attend(judge, at.tls !== undefined)
  const accept = (socket: Socket, accepted: (socket: Socket) => Accepted) => {
    // Who is gone already has no address, and can be held to none.
    const peer = socket.remoteAddress
    if ((peer === undefined && !('path' in at)) || !server.listening) return void socket.destroy()
    const connection = new CallerConnection(accepted(socket), peer, attendant)
    connections.add(connection)
    if (at.tls === undefined) connections.opened(connection.socket)
  }
  if (at.tls === undefined) server.on('connection', socket => accept(socket, acceptedPlain))
  else {
    server.on('connection', socket => connections.opened(socket))
    server.on('secureConnection', socket => accept(socket, acceptedStream))
  }
  server.on('tlsClientError', (_, socket: Socket) => socket.destroy())
  await listening(server, at)
  return {
    url: urlOf(server, at),
    connections: () => connections.size,
    replaceTls(material) {
      if (server instanceof TlsServer) server.setSecureContext(tlsOf(material))
    },
    close(graceMs) {
      return new Promise(resolve => {
        const cut = setTimeout(() => connections.cut(), graceMs)
        const gone = () => {
          clearTimeout(cut)
          resolve()
        }
        server.close(() => connections.closed(gone))
        connections.drain()
      })
    },
  }
}
