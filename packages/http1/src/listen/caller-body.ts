import type { Problem, RequestBody } from '@sallyport/core'
import { passed } from './spent-pieces.ts'
import { tooLarge, Upload } from './upload.ts'

/** Bytes that wait for whoever takes them before the caller is held up. */
const heldBytes = 65_536

/** The connection that a body comes on. */
export interface Source {
  /** Whether the caller has gone away. */
  readonly gone: boolean
  /** Takes no more off the caller until `release`. */
  hold(): void
  release(): void
  /** Tells a caller who waits for it to send the body (RFC 9110 section 10.1.1). */
  goOn(): void
}

/** What the header section says of the body's length: 0 where there is none, undefined where it is chunked. */
function declaredLength(pairs: readonly string[]): number | undefined {
  let length = 0
  for (let i = 0; i < pairs.length; i += 2) {
    const name = pairs[i] ?? ''
    if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') return undefined
    if (name.length === 14 && name.toLowerCase() === 'content-length') length = Number(pairs[i + 1])
  }
  return length
}

/** The body of a request, as it comes off a connection. */
export class CallerBody implements RequestBody {
  readonly length: number | undefined
  readonly #source: Source
  /** What came before anybody took it. */
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #isHere = false
  #bytes: Buffer | undefined
  #upload: Upload | undefined
  #failure: Problem | undefined

  constructor(pairs: readonly string[], source: Source) {
    this.#source = source
    this.length = declaredLength(pairs)
  }

  get bytes(): Uint8Array | undefined {
    return this.#bytes
  }

  get abandoned(): boolean {
    return this.#source.gone
  }

  /** Whether all of it has come. */
  get isHere(): boolean {
    return this.#isHere
  }

  /** Whether the caller keeps somebody waiting who wants more bytes. */
  get awaited(): boolean {
    return this.#upload?.awaited === true && !this.#isHere
  }

  /** Bytes of body that came and were taken. */
  get received(): number {
    return this.#bytes?.length ?? this.#upload?.received ?? 0
  }

  get progress(): number {
    return this.received
  }

  /** A piece came. */
  came(piece: Buffer): void {
    if (this.#upload !== undefined) {
      if (!this.#upload.came(piece)) this.#source.hold()
      return
    }
    this.#waiting.push(piece)
    this.#waitingBytes += piece.length
    if (this.#waitingBytes >= heldBytes) this.#source.hold()
  }

  /** The last piece came. Nobody asks for more of it, so whoever was held up is let go. */
  ended(): void {
    this.#isHere = true
    this.#upload?.ended()
    this.#source.release()
  }

  whole(): Uint8Array | undefined {
    if (this.#bytes !== undefined || this.#upload !== undefined) return this.#bytes
    if (!this.#isHere || this.length === undefined) return undefined
    this.#bytes = this.#takeWaiting()
    return this.#bytes
  }

  stream(limit: number): Upload {
    if (this.#upload !== undefined || this.#bytes !== undefined) throw new Error('the body was taken already')
    const upload = new Upload(limit, () => this.#source.release())
    this.#upload = upload
    if (this.#failure !== undefined) upload.destroy(this.#failure)
    else if (this.length !== undefined && this.length > limit) upload.destroy(tooLarge(limit))
    else this.#begin(upload)
    return upload
  }

  #begin(upload: Upload): void {
    const isEmpty = this.#waitingBytes === 0
    if (this.#waitingBytes > 0) upload.came(this.#takeWaiting())
    if (this.#isHere) upload.ended()
    else if (this.#source.gone) upload.gone()
    else if (isEmpty) this.#source.goOn()
  }

  #takeWaiting(): Buffer {
    const [first, ...others] = this.#waiting
    const bytes = first !== undefined && others.length === 0 ? first : Buffer.concat(this.#waiting)
    this.#waiting = []
    this.#waitingBytes = 0
    return bytes
  }

  read(limit: number, arrived?: (bytes: number) => void): Uint8Array | Promise<Uint8Array> {
    if (this.#bytes !== undefined) return this.#bytes
    return this.#isHere && this.#upload === undefined
      ? this.#readHere(limit, arrived)
      : this.#readComing(limit, arrived)
  }

  #readHere(limit: number, arrived?: (bytes: number) => void): Uint8Array {
    if (this.#waitingBytes > limit) throw tooLarge(limit)
    if (this.#waitingBytes > 0) arrived?.(this.#waitingBytes)
    this.#bytes = this.#takeWaiting()
    passed(this.#bytes)
    return this.#bytes
  }

  async #readComing(limit: number, arrived?: (bytes: number) => void): Promise<Uint8Array> {
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

  /** The caller has gone. */
  gone(): void {
    if (!this.#isHere) this.#upload?.gone()
  }
}
