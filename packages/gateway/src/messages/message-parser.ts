import { type Callbacks, codes, instantiate, type Verdict, verdicts } from './llhttp.ts'

/** Bytes that are read at a time; more are read in several goes. */
export const readBytes = 65_536
/** Bytes of a header section, of trailers, and of what frames a chunk. */
const sectionBytes = 16_384

/** What can be wrong with a message. */
export type Fault = 'malformed' | 'head-too-large' | 'framing-too-large'

const { go, refuse } = verdicts

let working: MessageParser | undefined

function atWork(): MessageParser {
  if (working === undefined) throw new Error('no parser is at work')
  return working
}

const llhttp = instantiate(atWork)
/** Where llhttp finds what came. */
const inbox = llhttp.malloc(readBytes)
let inboxLength = 0
let memory = Buffer.from(llhttp.memory.buffer)

/** The memory of llhttp, which moves when it grows. */
function bytes(): Buffer {
  if (memory.buffer !== llhttp.memory.buffer) memory = Buffer.from(llhttp.memory.buffer)
  return memory
}

/** Bytes that are made text at once, where a header section is read: it costs less than a text for each name and value. */
const headTextBytes = 2_048
let headText: string | undefined

function textAt(from: number, length: number): string {
  const start = from - inbox
  if (start + length > headTextBytes) return bytes().toString('latin1', from, from + length)
  headText ??= bytes().toString('latin1', inbox, inbox + Math.min(inboxLength, headTextBytes))
  return headText.substring(start, start + length)
}

/** A value without the white space behind it, which is no part of it (RFC 9110 section 5.5); llhttp leaves out what is before it. */
function trimmed(value: string): string {
  let end = value.length
  while (end > 0 && (value.charCodeAt(end - 1) === 0x20 || value.charCodeAt(end - 1) === 0x09)) end--
  return end === value.length ? value : value.slice(0, end)
}

/** The text in llhttp's memory that ends with NUL. */
const textOf = (from: number) => bytes().toString('latin1', from, bytes().indexOf(0, from))

const methods = new Map<number, string>()

function methodNamed(code: number): string {
  const known = methods.get(code)
  if (known !== undefined) return known
  const name = textOf(llhttp.llhttp_method_name(code))
  methods.set(code, name)
  return name
}

/** Reads the messages of one connection, as strictly as llhttp does unless it is told otherwise. */
export abstract class MessageParser implements Callbacks {
  readonly #parser: number
  #target = ''
  /** Header names and values by turns, each byte one latin1 character. */
  #pairs: string[] = []
  /** Names and values come in pieces where the bytes did. */
  #inName = false
  #inHead = false
  #inMessage = false
  #isPaused = false
  #isFree = false
  /** Bytes since the section began, or since the last piece of body, that are no body. */
  #sectionBytes = 0
  /** Up to where the bytes of the inbox are counted. */
  #counted = inbox
  #failure: Error | undefined
  /** Where the pieces of a body lie that came in one read: places and lengths by turns. */
  #pieces: number[] = []

  /** `kind` is llhttp's: 1 reads requests, 2 answers. */
  constructor(kind: 1 | 2) {
    this.#parser = llhttp.llhttp_alloc(kind)
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
    input.copy(bytes(), inbox, from, to)
    headText = undefined
    inboxLength = to - from
    this.#counted = inbox
    const code = this.#run(inboxLength)
    if (code === codes.paused) {
      this.#isPaused = true
      return llhttp.llhttp_get_error_pos(this.#parser) - inbox
    }
    if (this.#inMessage && !this.#count(inbox + inboxLength, 0)) throw this.#failure
    this.#handOn()
    return inboxLength
  }

  /** Reads on after a message had to wait. */
  resume(): void {
    if (this.#isPaused) llhttp.llhttp_resume(this.#parser)
    this.#isPaused = false
  }

  /** The other side closed: that ends a body that has no other end. Throws where more had to come. */
  finish(): void {
    this.#run(undefined)
  }

  free(): void {
    if (!this.#isFree) llhttp.llhttp_free(this.#parser)
    this.#isFree = true
  }

  /** Has llhttp read what lies in the inbox; undefined for the end of all that comes. */
  #run(length: number | undefined): number {
    if (this.#isFree) throw new Error('the parser was given back')
    working = this
    let code: number
    try {
      code =
        length === undefined ? llhttp.llhttp_finish(this.#parser) : llhttp.llhttp_execute(this.#parser, inbox, length)
    } finally {
      working = undefined
    }
    if (code === codes.ok || code === codes.paused || code === codes.tunnel) return code
    throw this.#failure ?? this.error('malformed', this.#reason())
  }

  #reason(): string {
    const from = llhttp.llhttp_get_error_reason(this.#parser)
    return from === 0 ? 'it is no HTTP' : textOf(from)
  }

  protected refuse(fault: Fault, reason: string): Verdict {
    this.#failure = this.error(fault, reason)
    return refuse
  }

  protected get method(): string {
    return methodNamed(llhttp.llhttp_get_method(this.#parser))
  }

  protected get target(): string {
    return this.#target
  }

  protected get version(): string {
    return `${llhttp.llhttp_get_http_major(this.#parser)}.${llhttp.llhttp_get_http_minor(this.#parser)}`
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
    let length = 0
    for (let i = 1; i < pieces.length; i += 2) length += pieces[i] ?? 0
    const body = Buffer.allocUnsafe(length)
    let filled = 0
    for (let i = 0; i < pieces.length; i += 2) {
      const from = pieces[i] ?? 0
      filled += bytes().copy(body, filled, from, from + (pieces[i + 1] ?? 0))
    }
    this.body(body)
  }

  completed(): Verdict {
    this.#inMessage = false
    this.#handOn()
    this.end()
    return go
  }
}
