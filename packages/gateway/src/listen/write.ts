import type { ServerResponse } from 'node:http'
import type { BodySink, HeaderPairs, Outcome, Reply } from '@sallyport/core'
import { passed } from './spent-pieces.ts'

export type Finish = (outcome: Pick<Outcome, 'end' | 'bytesOut' | 'reason'>) => void

/** Whether a field stands among header pairs. `name` in lower case. */
function stands(headers: HeaderPairs, name: string): boolean {
  for (let i = 0; i < headers.length; i += 2) {
    const candidate = headers[i]
    if (candidate?.length === name.length && candidate.toLowerCase() === name) return true
  }
  return false
}

const without = (headers: HeaderPairs, name: string): string[] =>
  headers.filter((_, i) => headers[i - (i % 2)]?.toLowerCase() !== name)

/** Node takes header pairs as one flat list; it is not kept. A 204 has no Content-Length (RFC 9110 section 8.6). */
function writeHead(response: ServerResponse, status: number, headers: HeaderPairs, length?: number): void {
  if (stands(headers, 'date')) response.sendDate = false
  const counted = stands(headers, 'content-length')
  if (status === 204) response.writeHead(status, counted ? without(headers, 'content-length') : [...headers])
  else if (counted || length === undefined) response.writeHead(status, [...headers])
  else response.writeHead(status, [...headers, 'Content-Length', String(length)])
}

/** What an answer to HEAD has instead of a body is unknown where the upstream did not say; 304 is alike (RFC 9110 section 8.6). */
const sendsBody = (response: ServerResponse, status: number) =>
  response.req.method !== 'HEAD' && status !== 204 && status !== 304

const asBuffer = (body: Uint8Array) =>
  Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.length)

/** A whole body in one write: as latin1 text Node joins it with the header section, byte for byte. */
function writeWhole(response: ServerResponse, reply: Reply, body: Uint8Array): number {
  if (!sendsBody(response, reply.status)) {
    writeHead(response, reply.status, reply.headers, body.length === 0 ? undefined : body.length)
    response.end()
    return 0
  }
  writeHead(response, reply.status, reply.headers, body.length)
  if (body.length === 0) response.end()
  else response.end(asBuffer(body).toString('latin1'), 'latin1')
  return body.length
}

/** Writes a reply. `finish` is told once, when the body has ended, failed or been abandoned. */
export function writeReply(response: ServerResponse, reply: Reply, finish: Finish): void {
  if (response.destroyed || response.req.socket.destroyed) {
    if (reply.kind === 'stream') reply.body.cancel(new Error('the caller has gone'))
    finish({ end: 'abandoned', bytesOut: 0 })
    return
  }
  const whole = reply.kind === 'answer' ? asBytes(reply.body) : reply.body.whole()
  if (whole !== undefined) finish({ end: 'complete', bytesOut: writeWhole(response, reply, whole) })
  else if (reply.kind === 'stream') writeStream(response, reply, finish)
}

const asBytes = (body: string | Uint8Array): Uint8Array => (typeof body === 'string' ? Buffer.from(body, 'utf8') : body)

function writeStream(response: ServerResponse, reply: Reply & { readonly kind: 'stream' }, finish: Finish): void {
  writeHead(response, reply.status, reply.headers)
  let bytesOut = 0
  let failure: Error | undefined
  const sink: BodySink = {
    write(chunk) {
      bytesOut += chunk.length
      passed(chunk)
      return response.write(chunk)
    },
    end() {
      response.end()
    },
    fail(error) {
      failure = error
      response.destroy()
    },
  }
  response.on('close', () => {
    if (failure !== undefined) return finish({ end: 'failed', bytesOut, reason: failure.message })
    if (response.writableFinished) return finish({ end: 'complete', bytesOut })
    reply.body.cancel(new Error('the caller has gone'))
    finish({ end: 'abandoned', bytesOut })
  })
  response.flushHeaders()
  const source = reply.body.pipe(sink)
  response.on('drain', () => source.resume())
}
