import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { Problem } from '@sallyport/core'
import { passed } from './spent-pieces.ts'

export const tooLarge = (limit: number) =>
  new Problem('body-too-large', { detail: `at most ${limit} bytes` }, `more than ${limit} bytes came`)

const callerGone = (when: string) => new Problem('caller-gone', {}, `the caller has gone ${when}`)

/**
 * The bytes of a request as they come, at most `limit`: more end it with Problem `body-too-large`. Ending it early
 * leaves the connection alone, where destroying the request would cut it: the caller must still get an answer.
 */
export class Upload extends Readable {
  readonly #request: IncomingMessage
  readonly #limit: number
  readonly #listeners: readonly (readonly [event: string, listener: (chunk: Buffer) => void])[]
  /** Bytes that came. */
  received = 0
  /** Whether more bytes are wanted than the client has sent yet. */
  awaited = true

  constructor(request: IncomingMessage, limit: number) {
    super()
    this.#request = request
    this.#limit = limit
    this.#listeners = [
      ['data', chunk => this.#pass(chunk)],
      ['end', () => this.push(null)],
      ['close', () => this.#closed()],
    ]
    // A body that fails before anybody listens must not end the process.
    this.on('error', () => undefined)
    for (const [event, listener] of this.#listeners) request.on(event, listener)
    if (request.destroyed) this.#closed()
  }

  #pass(chunk: Buffer): void {
    this.received += chunk.length
    passed(chunk)
    if (this.received > this.#limit) this.destroy(tooLarge(this.#limit))
    else if (!this.push(chunk)) {
      this.awaited = false
      this.#request.pause()
    }
  }

  #closed(): void {
    if (!this.#request.readableEnded) this.destroy(callerGone('before the body had ended'))
  }

  override _read(): void {
    this.awaited = true
    this.#request.resume()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.awaited = false
    for (const [event, listener] of this.#listeners) this.#request.off(event, listener)
    if (!this.#request.readableEnded) this.#request.pause()
    done(error)
  }
}
