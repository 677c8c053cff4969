import type { ServerResponse } from 'node:http'
import type { BodySink, Outcome, Reply, ReplyBody } from '@sallyport/core'

/** Told once how an answer ended. */
export type Finish = (outcome: Pick<Outcome, 'end' | 'bytesOut' | 'reason'>) => void

/** A reply's body on its way through Node's own server, as fast as the caller takes it. */
class NodeBody implements BodySink {
  readonly #response: ServerResponse
  readonly #body: ReplyBody
  readonly #finish: Finish
  #source: ReturnType<ReplyBody['pipe']> | undefined
  #bytesOut = 0
  #isOver = false

  constructor(response: ServerResponse, body: ReplyBody, finish: Finish) {
    this.#response = response
    this.#body = body
    this.#finish = finish
    response.on('drain', () => this.#source?.resume())
    response.on('close', () => this.#closed())
    response.on('error', error => this.fail(error))
    this.#source = body.pipe(this)
  }

  write(chunk: Uint8Array): boolean {
    // What is closed already says so in a moment.
    if (this.#isOver || this.#response.destroyed) return false
    this.#bytesOut += chunk.length
    return this.#response.write(chunk)
  }

  end(): void {
    if (!this.#isOver) this.#response.end()
  }

  fail(error: Error): void {
    if (!this.#settle('failed', error.message)) return
    this.#response.destroy()
  }

  #closed(): void {
    if (this.#response.writableFinished) this.#settle('complete')
    else if (this.#settle('abandoned')) this.#body.cancel(new Error('the caller has gone'))
  }

  #settle(end: Outcome['end'], reason?: string): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    this.#finish({ end, bytesOut: this.#bytesOut, ...(reason !== undefined && { reason }) })
    return true
  }
}

type Streaming = Extract<Reply, { readonly kind: 'stream' }>

function writeStream({ status, headers, body }: Streaming, response: ServerResponse, finish: Finish): void {
  if (response.destroyed) {
    body.cancel(new Error('the caller has gone'))
    finish({ end: 'abandoned', bytesOut: 0 })
    return
  }
  // What does not have the length that it was announced with would be taken for a part of the next answer.
  response.strictContentLength = true
  response.writeHead(status, [...headers])
  response.flushHeaders()
  new NodeBody(response, body, finish)
}

type Whole = Extract<Reply, { readonly kind: 'answer' }>

function writeWhole({ status, headers, body }: Whole, method: string, response: ServerResponse, finish: Finish): void {
  const length = Buffer.byteLength(body)
  const told = status === 204 || status === 304 ? [] : ['Content-Length', String(length)]
  response.writeHead(status, [...headers, ...told])
  response.end(method === 'HEAD' ? undefined : body)
  finish({ end: response.destroyed ? 'abandoned' : 'complete', bytesOut: length })
}

/** Writes a reply to a method. `finish` is told once, when the body has ended, failed or been abandoned. Throws where it can't be written. */
export function writeAnswer(reply: Reply, method: string, response: ServerResponse, finish: Finish): void {
  if (reply.kind === 'stream') writeStream(reply, response, finish)
  else writeWhole(reply, method, response, finish)
}
