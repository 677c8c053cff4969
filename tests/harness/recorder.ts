import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

/** One request as Node's strict parser read it. */
export interface Recorded {
  readonly line: string
  /** Names and values by turns, as they came. */
  readonly headers: readonly string[]
  body: string
}

export interface Recorder {
  readonly url: string
  readonly requests: readonly Recorded[]
  /** Every byte that came on any connection. */
  bytes(): Buffer
  /** What Node's parser could not read. */
  readonly faults: readonly string[]
}

/** A backend that keeps the bytes it is sent, and counts the requests that a strict parser finds in them. */
export async function startRecorder(t: Pick<TestContext, 'after'>): Promise<Recorder> {
  const requests: Recorded[] = []
  const faults: string[] = []
  const chunks: Buffer[] = []
  const server = createServer({ requireHostHeader: false }, (request, response) => {
    const { method, url, httpVersion, rawHeaders } = request
    const seen: Recorded = { line: `${method} ${url} HTTP/${httpVersion}`, headers: rawHeaders, body: '' }
    requests.push(seen)
    request.setEncoding('latin1')
    request.on('data', text => {
      seen.body += text
    })
    request.on('end', () => response.end('recorded'))
  })
  server.on('connection', socket => socket.on('data', chunk => chunks.push(chunk)))
  server.on('clientError', (error, socket) => {
    if ('code' in error && error.code !== 'ECONNRESET') faults.push(`${error.code}: ${error.message}`)
    socket.destroy()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, requests, faults, bytes: () => Buffer.concat(chunks) }
}
