import type { ServerResponse } from 'node:http'
import type { BodySink, HeaderPairs, Outcome, Reply } from '@sallyport/core'

type Finish = (outcome: Pick<Outcome, 'end' | 'bytesOut' | 'reason'>) => void

/** Whether a field stands among header pairs. `name` in lower case. */
function stands(headers: HeaderPairs, name: string): boolean {
  for (let i = 0; i < headers.length; i += 2) {
    const candidate = headers[i]
    if (candidate?.length === name.length && candidate.toLowerCase() === name) return true
  }
  return false
}

const bodiless = (status: number) => status === 204 || status === 304

/** Node takes header pairs as one flat list; it is not kept. */
function writeHead(response: ServerResponse, status: number, headers: HeaderPairs, length?: number): void {
  if (stands(headers, 'date')) response.sendDate = false
  const counted = length === undefined || bodiless(status) || stands(headers, 'content-length')
  response.writeHead(status, counted ? [...headers] : [...headers, 'Content-Length', String(length)])
}

/** A whole body in one write: as latin1 text Node joins it with the header section, byte for byte. */
function writeWhole(response: ServerResponse, reply: Reply, body: Uint8Array): void {
  writeHead(response, reply.status, reply.headers, body.length)
  if (body.length === 0) response.end()
  else response.end(Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1'), 'latin1')
}

/** Writes a reply. `finish` is told once, when the body has ended, failed or been abandoned. */
export function writeReply(response: ServerResponse, reply: Reply, finish: Finish): void {
  if (response.destroyed || response.socket?.destroyed === true) {
    if (reply.kind === 'stream') reply.body.cancel(new Error('the caller has gone'))
    finish({ end: 'abandoned', bytesOut: 0 })
    return
  }
  const whole = reply.kind === 'answer' ? asBytes(reply.body) : reply.body.whole()
  if (whole !== undefined) {
    writeWhole(response, reply, whole)
    finish({ end: 'complete', bytesOut: whole.length })
    return
  }
  if (reply.kind === 'stream') writeStream(response, reply, finish)
}

const asBytes = (body: string | Uint8Array): Uint8Array => (typeof body === 'string' ? Buffer.from(body, 'utf8') : body)

function writeStream(response: ServerResponse, reply: Reply & { readonly kind: 'stream' }, finish: Finish): void {
  writeHead(response, reply.status, reply.headers)
  let bytesOut = 0
  let failure: Error | undefined
  const sink: BodySink = {
    write(chunk) {
      bytesOut += chunk.length
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
