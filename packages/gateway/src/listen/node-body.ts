import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Problem, RequestBody } from '@sallyport/core'
import { tooLarge, Upload } from './upload.ts'

/** What the header section says of the body's length: 0 where there is none, undefined where it is chunked. */
function declaredLength({ rawHeaders }: IncomingMessage): number | undefined {
  let length = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? ''
    if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') return undefined
    if (name.length === 14 && name.toLowerCase() === 'content-length') length = Number(rawHeaders[i + 1])
  }
  return length
}

/** The body of a request that Node's server parsed. */
export class NodeBody implements RequestBody {
  readonly length: number | undefined
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  #bytes: Buffer | undefined
  #upload: Upload | undefined
  #failure: Problem | undefined
  #waiting: boolean

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

  /** Whether bytes may still come that nobody will take: then the connection cannot be used again. */
  get unread(): boolean {
    return this.length !== 0 && !this.#isHere
  }

  /** Whether all of it has come. Node says so of the message a little later than of its last byte. */
  get #isHere(): boolean {
    const { complete, readableLength } = this.#request
    return complete || this.received + readableLength === this.length
  }

  /** Whether the client keeps somebody waiting who wants more bytes. */
  get awaited(): boolean {
    return this.#upload?.awaited === true && this.unread
  }

  /** Bytes of body that came and were taken. */
  get received(): number {
    return this.#bytes?.length ?? this.#upload?.received ?? 0
  }

  /** Grows while bytes come: tells a slow upload from a dead one. */
  get progress(): number {
    return this.received
  }

  whole(): Uint8Array | undefined {
    if (this.#bytes !== undefined || this.#upload !== undefined) return this.#bytes
    if (this.#request.readableLength !== this.length) return undefined
    const chunk: unknown = this.#request.read()
    if (Buffer.isBuffer(chunk)) this.#bytes = chunk
    return this.#bytes
  }

  stream(limit: number): Upload {
    if (this.#upload !== undefined || this.#bytes !== undefined) throw new Error('the body was taken already')
    const upload = new Upload(this.#request, limit)
    this.#upload = upload
    if (this.#failure !== undefined) upload.destroy(this.#failure)
    else if (this.length !== undefined && this.length > limit) upload.destroy(tooLarge(limit))
    else if (this.#waiting) this.#response.writeContinue()
    return upload
  }

  async read(limit: number, arrived?: (bytes: number) => void): Promise<Uint8Array> {
    if (this.#bytes !== undefined) return this.#bytes
    const chunks: Uint8Array[] = []
    for await (const chunk of this.stream(limit)) {
      arrived?.(chunk.length)
      chunks.push(chunk)
    }
    this.#bytes = Buffer.concat(chunks)
    return this.#bytes
  }

  /** What the rest of the body came to: whoever reads it is told. */
  fail(problem: Problem): void {
    this.#failure = problem
    this.#upload?.destroy(problem)
  }
}
