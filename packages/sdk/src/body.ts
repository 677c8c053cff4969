import { Problem, type RequestBody } from '@sallyport/core'

/** A body that breaks off is its caller's doing. */
export async function* comingWhole(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* source
  } catch (error) {
    throw new Problem('caller-gone', {}, `the body broke off: ${error}`)
  }
}

/** A request's body as it comes, taken once. */
export class ComingBody implements RequestBody {
  readonly #source: AsyncIterable<Uint8Array>
  readonly length: number | undefined
  #bytes: Uint8Array | undefined
  #progress = 0
  #awaited = false

  constructor(source: AsyncIterable<Uint8Array>, length: number | undefined) {
    this.#source = source
    this.length = length
  }

  /** Nobody tells an application that its caller has gone before it answers. */
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
    try {
      for await (const chunk of this.#source) {
        this.#progress += chunk.length
        if (this.#progress > limit)
          throw new Problem('body-too-large', { detail: `at most ${limit} bytes` }, `more than ${limit} bytes came`)
        yield chunk
      }
    } finally {
      this.#awaited = false
    }
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
