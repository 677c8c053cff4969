import { createPrivateKey, X509Certificate } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { App } from './app.ts'
import { answer, arrivalOf } from './listener.ts'

export interface ServeOptions {
  /** 0 takes a free one; 8000 unless given. */
  readonly port?: number
  /** 127.0.0.1 unless given: reaching it from elsewhere is written out. */
  readonly host?: string
  /** Certificate chain and key in PEM; plain HTTP without. */
  readonly tls?: { readonly cert: string; readonly key: string }
}

export interface Serving {
  readonly url: string
  /** Takes no more calls and waits until those under way are answered; after `graceMs` it cuts them. */
  close(graceMs?: number): Promise<void>
}

const usual = { port: 8000, host: '127.0.0.1', graceMs: 10_000 }

/** What a caller may take its time for, in milliseconds. */
const patience = { headersTimeout: 15_000, requestTimeout: 60_000, keepAliveTimeout: 65_000 }

const limits = { ...patience, maxHeaderSize: 16_384, requireHostHeader: false }

/** Who waits for leave to send a body gets it where a rule reads it (RFC 9110 section 10.1.1): by then the caller is known. */
async function* afterLeave(request: IncomingMessage, response: ServerResponse): AsyncIterable<Uint8Array> {
  response.writeContinue()
  yield* request
}

const opened = (server: Server, port: number, host: string) =>
  new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })

/** Node takes a certificate without its key, and can then shake no hands. */
function requireKeyOf({ cert, key }: NonNullable<ServeOptions['tls']>): void {
  if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)))
    throw new TypeError('tls.key: is not the key of tls.cert')
}

/** Serves an application over HTTP/1.1. Rejects where the port can't be had or the certificate doesn't fit the key. */
export async function serve(app: App, options: ServeOptions = {}): Promise<Serving> {
  const { port = usual.port, host = usual.host, tls } = options
  if (tls !== undefined) requireKeyOf(tls)
  const server =
    tls === undefined ? createServer(limits) : createTlsServer({ ...limits, ...tls, minVersion: 'TLSv1.2' })
  const encrypted = tls !== undefined
  server.maxHeadersCount = 0
  const judge = (request: IncomingMessage, response: ServerResponse, source: AsyncIterable<Uint8Array>) => {
    // A server that closes takes no more calls.
    response.shouldKeepAlive &&= server.listening
    void answer(app, arrivalOf(request, source), request, response)
  }
  server.on('request', (request: IncomingMessage, response: ServerResponse) => judge(request, response, request))
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) =>
    judge(request, response, afterLeave(request, response)),
  )
  await opened(server, port, host)
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `${encrypted ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    async close(graceMs = usual.graceMs) {
      await new Promise<void>(resolve => {
        const cut = setTimeout(() => server.closeAllConnections(), graceMs)
        server.close(() => {
          clearTimeout(cut)
          resolve()
        })
        server.closeIdleConnections()
      })
      await app.flush()
    },
  }
}
