import { Engine, fill, gathered, inbox, isRead, readBytes, textAt } from './engine.ts'
import { type Callbacks, codes, type Verdict, verdicts } from './llhttp.ts'

/** Bytes of a header section, of trailers, and of what frames a chunk. */
const sectionBytes = 16_384

/** What can be wrong with a message. */
export type Fault = 'malformed' | 'head-too-large' | 'framing-too-large'

const { go, refuse } = verdicts

/** A value without the white space behind it, which is no part of it (RFC 9110 section 5.5); llhttp leaves out what is before it. */
function trimmed(value: string): string {
  let end = value.length
  while (end > 0 && (value.charCodeAt(end - 1) === 0x20 || value.charCodeAt(end - 1) === 0x09)) end--
  return end === value.length ? value : value.slice(0, end)
}

/** Reads the messages of one connection, as strictly as llhttp does unless it is told otherwise. */
export abstract class MessageParser implements Callbacks {
  readonly #engine: Engine
  #target = ''
  /** Header names and values by turns, each byte one latin1 character. */
  #pairs: string[] = []
  /** Names and values come in pieces where the bytes did. */
  #inName = false
  #inHead = false
  #inMessage = false
  #isPaused = false
  /** Bytes since the section began, or since the last piece of body, that are no body. */
  #sectionBytes = 0
  /** Up to where the bytes of the inbox are counted. */
  #counted = inbox
  #failure: Error | undefined
  /** Where the pieces of a body lie that came in one read: places and lengths by turns. */
  #pieces: number[] = []

  /** `kind` is llhttp's: 1 reads requests, 2 answers. */
  constructor(kind: 1 | 2) {
    this.#engine = new Engine(kind, this)
  }

  /** Whether a message may begin: `pause` has it wait for the next read, `refuse` refuses it. */
  protected abstract begins(): Verdict
  /** A head is read. Answers whether a body may follow. May throw. */
  protected abstract head(pairs: string[], status: number, isUpgrade: boolean, keepAlive: boolean): Verdict
  /** A piece of a body, which is a copy. */
  protected abstract body(piece: Buffer): void
  protected abstract end(): void
  protected abstract error(fault: Fault, reason: string): Error

  /** Whether a header section has begun and not ended. */
  get inHead(): boolean {
    return this.#inHead
  }

  /** Whether a message has to wait. */
  get isPaused(): boolean {
    return this.#isPaused
  }

  /**
   * Reads what came, and answers how many bytes: fewer where a message has to wait. Throws what `error` makes, and whatever
   * else the events throw; then the connection is of no more use.
   */
  read(input: Buffer, length: number): number {
    let at = 0
    while (at < length && !this.#isPaused) at += this.#readPiece(input, at, Math.min(at + readBytes, length))
    return at
  }

  #readPiece(input: Buffer, from: number, to: number): number {
    const length = to - from
    fill(input, from, to)
    this.#counted = inbox
    this.#isPaused = this.#run(length) === codes.paused
    if (this.#isPaused) return this.#engine.position - inbox
    if (this.#inMessage && !this.#count(inbox + length, 0)) throw this.#failure
    this.#handOn()
    return length
  }

  /** Reads on after a message had to wait. */
  resume(): void {
    if (this.#isPaused) this.#engine.resume()
    this.#isPaused = false
  }

  /** The other side closed: that ends a body that has no other end. Throws where more had to come. */
  finish(): void {
    this.#run(undefined)
  }

  free(): void {
    this.#engine.free()
  }

  #run(length: number | undefined): number {
    const code = this.#engine.run(length)
    if (!isRead(code)) throw this.#failure ?? this.error('malformed', this.#engine.reason)
    return code
  }

  protected refuse(fault: Fault, reason: string): Verdict {
    this.#failure = this.error(fault, reason)
    return refuse
  }

  protected get method(): string {
    return this.#engine.method
  }

  protected get version(): string {
    return this.#engine.version
  }

  protected get target(): string {
    return this.#target
  }

  begin(): Verdict {
    this.#pairs = []
    this.#target = ''
    this.#sectionBytes = 0
    this.#inHead = true
    this.#inMessage = true
    return this.begins()
  }

  url(from: number, length: number): Verdict {
    if (!this.#count(from, length)) return refuse
    this.#target += textAt(from, length)
    return go
  }

  field(from: number, length: number): Verdict {
    if (this.#inHead && !this.#inName) {
      this.#endValue()
      this.#pairs.push('', '')
    }
    this.#inName = true
    return this.#add(-2, from, length)
  }

  value(from: number, length: number): Verdict {
    this.#inName = false
    return this.#add(-1, from, length)
  }

  #endValue(): void {
    const last = this.#pairs.length - 1
    if (last > 0) this.#pairs[last] = trimmed(this.#pairs[last] ?? '')
  }

  /** Trailers are counted and dropped: nobody here can take them. */
  #add(place: number, from: number, length: number): Verdict {
    if (!this.#count(from, length)) return refuse
    if (!this.#inHead) return go
    const index = this.#pairs.length + place
    const text = textAt(from, length)
    this.#pairs[index] = this.#pairs[index] === '' ? text : this.#pairs[index] + text
    return go
  }

  /** Counts what came up to there. False where it is too much. */
  #count(from: number, length: number): boolean {
    this.#sectionBytes += from + length - this.#counted
    this.#counted = from + length
    if (this.#sectionBytes <= sectionBytes) return true
    const fault = this.#inHead ? 'head-too-large' : 'framing-too-large'
    this.refuse(fault, `more than ${sectionBytes} bytes of ${this.#inHead ? 'head' : 'framing'}`)
    return false
  }

  headed(status: number, isUpgrade: boolean, keepAlive: boolean): Verdict {
    this.#endValue()
    this.#inHead = false
    this.#sectionBytes = 0
    return this.head(this.#pairs, status, isUpgrade, keepAlive)
  }

  piece(from: number, length: number): Verdict {
    if (!this.#count(from, 0)) return refuse
    this.#counted = from + length
    this.#sectionBytes = 0
    this.#pieces.push(from, length)
    return go
  }

  /** One piece for all that came in one read, however small the chunks that it came in: each by itself would weigh a hundred bytes. */
  #handOn(): void {
    const pieces = this.#pieces
    if (pieces.length === 0) return
    this.#pieces = []
    this.body(gathered(pieces))
  }

  completed(): Verdict {
    this.#inMessage = false
    this.#handOn()
    this.end()
    return go
  }
}
