import type { Socket } from 'node:net'
import { Readable } from 'node:stream'

const readable = (bytes: AsyncIterable<Uint8Array>) => (bytes instanceof Readable ? bytes : Readable.from(bytes))

/**
 * A request with its body on its way to an upstream, as fast as the upstream takes it. The head goes with the first bytes of
 * the body: of a body that turns out to be none the upstream hears nothing.
 */
export class Sending {
  readonly #socket: Socket
  #head: string
  readonly #source: Readable
  readonly #length: number | undefined
  readonly #failed: (error: Error) => void
  readonly #resume = () => void this.#source.resume()
  #sent = 0
  #over = false

  /** `length` is what was announced; undefined sends chunks (RFC 9112 section 7.1). */
  constructor(
    socket: Socket,
    head: string,
    bytes: AsyncIterable<Uint8Array>,
    length: number | undefined,
    failed: (error: Error) => void,
  ) {
    this.#socket = socket
    this.#head = head
    this.#source = readable(bytes)
    this.#length = length
    this.#failed = failed
    socket.on('drain', this.#resume)
    this.#source.on('data', (chunk: Uint8Array) => this.#write(chunk))
    this.#source.on('end', () => this.#ended())
    this.#source.on('error', error => this.#fail(error))
    this.#source.on('close', () => this.#fail(new Error('the body broke off')))
  }

  /** Whether all of it was written, or no more will be. */
  get over(): boolean {
    return this.#over
  }

  /** Nobody wants the rest any longer. */
  cancel(): void {
    if (this.#settle()) this.#source.destroy()
  }

  #write(chunk: Uint8Array): void {
    if (this.#over || chunk.length === 0) return
    this.#sent += chunk.length
    if (this.#length !== undefined && this.#sent > this.#length) {
      this.#fail(new Error(`a body of ${this.#length} bytes went on`))
      return
    }
    const chunked = this.#length === undefined
    this.#socket.cork()
    this.#begin(chunked ? `${chunk.length.toString(16)}\r\n` : '')
    this.#socket.write(chunk)
    if (chunked) this.#socket.write('\r\n', 'latin1')
    this.#socket.uncork()
    if (this.#socket.writableNeedDrain) this.#source.pause()
  }

  #ended(): void {
    if (this.#length !== undefined && this.#sent < this.#length) {
      this.#fail(new Error(`a body of ${this.#length} bytes ended after ${this.#sent}`))
    } else if (this.#settle()) this.#begin(this.#length === undefined ? '0\r\n\r\n' : '')
  }

  /** Writes the head, if it wasn't yet, and what frames the next bytes. */
  #begin(frame: string): void {
    const text = this.#head + frame
    this.#head = ''
    if (text !== '') this.#socket.write(text, 'latin1')
  }

  #fail(error: Error): void {
    if (this.#settle()) this.#failed(error)
  }

  #settle(): boolean {
    if (this.#over) return false
    this.#over = true
    this.#socket.off('drain', this.#resume)
    return true
  }
}
