import { type Arrival, noBody, Problem, type Reply, type RequestBody } from '@sallyport/core'

/** The bytes of a web request's body, taken once. */
class WebBody implements RequestBody {
  readonly #source: ReadableStream<Uint8Array>
  readonly length: number | undefined
  #bytes: Uint8Array | undefined
  #progress = 0
  #awaited = false

  constructor(source: ReadableStream<Uint8Array>, length: number | undefined) {
    this.#source = source
    this.length = length
  }

  readonly abandoned = false

  get bytes(): Uint8Array | undefined {
    return this.#bytes
  }

  get progress(): number {
    return this.#progress
  }

  get awaited(): boolean {
    return this.#awaited
  }

  whole(): Uint8Array | undefined {
    return this.#bytes
  }

  async *stream(limit: number): AsyncIterable<Uint8Array> {
    if (this.#bytes !== undefined) return yield this.#bytes
    this.#awaited = true
    for await (const chunk of this.#source) {
      this.#progress += chunk.length
      if (this.#progress > limit)
        throw new Problem('body-too-large', { detail: `at most ${limit} bytes` }, `more than ${limit} bytes came`)
      yield chunk
    }
    this.#awaited = false
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
}

function lengthIn(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

/** A web request as the stages take it. `peer` is the address that it came from, where that is known. */
export function arrivalOf(request: Request, peer: string | undefined): Arrival {
  const url = new URL(request.url)
  const { headers, body, method } = request
  const named = headers.has('host') ? [] : ['host', url.host]
  return {
    method,
    target: url.pathname + url.search,
    httpVersion: '1.1',
    rawHeaders: [...named, ...[...headers].flat()],
    peer,
    encrypted: url.protocol === 'https:',
    body: body === null ? { ...noBody } : new WebBody(body, lengthIn(headers.get('content-length'))),
  }
}

/** Statuses whose answers have no body (RFC 9110 section 15). */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304])

/** A reply as a web response. */
export function responseOf({ status, headers, ...reply }: Reply): Response {
  const fields = new Headers()
  for (let i = 0; i < headers.length; i += 2) fields.append(headers[i] ?? '', headers[i + 1] ?? '')
  if (reply.kind === 'stream') throw new TypeError('a handler gives whole answers')
  return new Response(bodiless.has(status) ? null : reply.body, { status, headers: fields })
}
