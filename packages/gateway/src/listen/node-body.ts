import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline, Transform } from 'node:stream'
import { Problem, type RequestBody } from '@sallyport/core'

const tooLarge = (limit: number) =>
  new Problem('body-too-large', { detail: `at most ${limit} bytes` }, `more than ${limit} bytes came`)

/** Lets bytes through and counts them; more than `limit` end it with a Problem. */
class Meter extends Transform {
  readonly #limit: number
  bytes = 0

  constructor(limit: number) {
    super()
    this.#limit = limit
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: (error: Error | null, chunk?: Buffer) => void): void {
    this.bytes += chunk.length
    if (this.bytes > this.#limit) done(tooLarge(this.#limit))
    else done(null, chunk)
  }
}

/** What the header section says of the body's length: 0 where there is none, undefined where it is chunked. */
function declaredLength(request: IncomingMessage): number | undefined {
  if (request.headers['transfer-encoding'] !== undefined) return undefined
  const text = request.headers['content-length']
  return text === undefined ? 0 : Number(text)
}

/** The body of a request that Node's server parsed. */
export class NodeBody implements RequestBody {
  readonly length: number | undefined
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  #bytes: Buffer | undefined
  #meter: Meter | undefined
  #waiting: boolean
  #taken = false

  constructor(request: IncomingMessage, response: ServerResponse, waiting: boolean) {
    this.#request = request
    this.#response = response
    this.#waiting = waiting
    this.length = declaredLength(request)
  }

  get bytes(): Uint8Array | undefined {
    return this.#bytes
  }

  /** Whether the client has gone away. */
  get abandoned(): boolean {
    return this.#request.socket.destroyed
  }

  /** Whether bytes may still stand on the wire that nobody took: then the connection cannot be used again. */
  get unread(): boolean {
    return this.length !== 0 && !this.#taken
  }

  /** Bytes of body that came. */
  get received(): number {
    return this.#bytes?.length ?? this.#meter?.bytes ?? (this.#taken ? (this.length ?? 0) : 0)
  }

  /** Grows while bytes come: tells a slow upload from a dead one. */
  get progress(): number {
    return this.#request.socket.bytesRead
  }

  stream(limit: number): AsyncIterable<Uint8Array> {
    this.#take()
    if (this.length !== undefined) return this.#request
    const meter = new Meter(limit)
    this.#meter = meter
    pipeline(this.#request, meter, () => undefined)
    return meter
  }

  async read(limit: number): Promise<Uint8Array> {
    if (this.#bytes !== undefined) return this.#bytes
    const chunks: Uint8Array[] = []
    for await (const chunk of this.stream(limit)) chunks.push(chunk)
    this.#bytes = Buffer.concat(chunks)
    return this.#bytes
  }

  #take(): void {
    if (this.#taken) throw new Error('the body was taken already')
    this.#taken = true
    if (!this.#waiting) return
    this.#waiting = false
    this.#response.writeContinue()
  }
}
