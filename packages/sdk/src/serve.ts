import { createPrivateKey, X509Certificate } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type Arrival, noBody } from '@sallyport/core'
import type { Handled } from '@sallyport/stages'
import type { App } from './app.ts'
import { ComingBody } from './body.ts'
import { lengthIn } from './request.ts'

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

function arrivalOf(request: IncomingMessage, source: AsyncIterable<Uint8Array>, encrypted: boolean): Arrival {
  const { headers } = request
  const length = lengthIn(headers['content-length'])
  const isEmpty = headers['transfer-encoding'] === undefined && (length === undefined || length === 0)
  return {
    method: request.method ?? '',
    target: request.url ?? '',
    httpVersion: request.httpVersion,
    rawHeaders: request.rawHeaders,
    peer: request.socket.remoteAddress,
    encrypted,
    body: isEmpty ? { ...noBody } : new ComingBody(source, length),
  }
}

/** Writes an answer. */
function write({ reply }: Handled, request: IncomingMessage, response: ServerResponse): number {
  if (reply.kind === 'stream') throw new TypeError('a handler gives whole answers')
  const { status, headers, body } = reply
  const length = status === 204 || status === 304 ? [] : ['Content-Length', String(Buffer.byteLength(body))]
  response.writeHead(status, [...headers, ...length])
  response.end(request.method === 'HEAD' ? undefined : body)
  return body.length
}

/** Who waits for leave to send a body gets it where a rule reads it (RFC 9110 section 10.1.1): by then the caller is known. */
async function* afterLeave(request: IncomingMessage, response: ServerResponse): AsyncIterable<Uint8Array> {
  response.writeContinue()
  yield* request
}

async function answer(app: App, server: Server, arrival: Arrival, request: IncomingMessage, response: ServerResponse) {
  const handled = await app.judge(arrival)
  // What was not read of a body would be taken for the next call; and a server that closes takes none.
  if (!request.complete || !server.listening) response.shouldKeepAlive = false
  const bytesIn = arrival.body.progress
  try {
    const bytesOut = write(handled, request, response)
    handled.finish({ end: response.destroyed ? 'abandoned' : 'complete', bytesIn, bytesOut })
  } catch (error) {
    response.destroy()
    handled.finish({ end: 'failed', bytesIn, bytesOut: 0, reason: String(error) })
  }
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
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void answer(app, server, arrivalOf(request, request, encrypted), request, response)
  })
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    void answer(app, server, arrivalOf(request, afterLeave(request, response), encrypted), request, response)
  })
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
