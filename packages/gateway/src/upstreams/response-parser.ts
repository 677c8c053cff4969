import { type Callbacks, instantiate } from './llhttp.ts'

/**
 * What is found in the bytes of a connection. `pairs` are header names and values by turns, each byte one latin1 character.
 * A piece of a body is a copy.
 */
export interface ResponseEvents {
  /** Whether an answer is waited for: bytes that nobody asked for are refused. */
  readonly awaited: boolean
  /** `kept` tells whether the connection may carry another exchange. Answers whether a body may follow: none does to HEAD. */
  head(status: number, pairs: string[], kept: boolean): boolean
  body(piece: Uint8Array): void
  end(): void
}

/** What an upstream sent is no HTTP. */
export class BadResponse extends Error {
  override readonly name = 'BadResponse'
  readonly code = 'ERR_UPSTREAM_RESPONSE'
}

/** Bytes that may be read at a time. */
export const readBytes = 65_536
/** Bytes of a header section, and of trailers. */
const headBytes = 16_384

const go = 0
const refuse = -1
const noBody = 1
const responses = 2

let working: ResponseParser | undefined

function atWork(): ResponseParser {
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

/** Whether the body is framed in a way that is read here: other transfer codings would go on undone, their name removed. */
function isReadable(pairs: readonly string[]): boolean {
  let codings = 0
  for (let i = 0; i < pairs.length; i += 2) {
    const name = pairs[i]
    if (name?.length !== 17 || name.toLowerCase() !== 'transfer-encoding') continue
    codings++
    if (codings > 1 || pairs[i + 1]?.toLowerCase() !== 'chunked') return false
  }
  return true
}

function reasonOf(parser: number): string {
  const from = llhttp.llhttp_get_error_reason(parser)
  return from === 0 ? 'it is no HTTP' : bytes().toString('latin1', from, bytes().indexOf(0, from))
}

/** Reads the answers of one connection, as strictly as llhttp does unless it is told otherwise. */
export class ResponseParser implements Callbacks {
  readonly #events: ResponseEvents
  readonly #parser = llhttp.llhttp_alloc(responses)
  #pairs: string[] = []
  /** Names and values come in pieces where the bytes did. */
  #inName = false
  #inHead = false
  #headBytes = 0
  #failure: BadResponse | undefined
  /** Where the pieces of a body lie that came in one read: places and lengths by turns. */
  #pieces: number[] = []

  constructor(events: ResponseEvents) {
    this.#events = events
  }

  /** Reads what came. Throws BadResponse, and whatever the events throw; then the connection is of no more use. */
  read(input: Buffer, length: number): void {
    input.copy(bytes(), inbox, 0, length)
    headText = undefined
    inboxLength = length
    this.#run(length)
    this.#handOn()
  }

  /** The other side closed: that ends a body that has no other end. Throws BadResponse where more had to come. */
  finish(): void {
    this.#run(undefined)
  }

  free(): void {
    llhttp.llhttp_free(this.#parser)
  }

  /** Has llhttp read what lies in the inbox; undefined for the end of all that comes. */
  #run(length: number | undefined): void {
    working = this
    let code: number
    try {
      code =
        length === undefined ? llhttp.llhttp_finish(this.#parser) : llhttp.llhttp_execute(this.#parser, inbox, length)
    } finally {
      working = undefined
    }
    if (code !== 0) throw this.#failure ?? new BadResponse(reasonOf(this.#parser))
  }

  #refuse(reason: string): number {
    this.#failure = new BadResponse(reason)
    return refuse
  }

  begin(): number {
    if (!this.#events.awaited) return this.#refuse('bytes came that nobody had asked for')
    this.#pairs = []
    this.#headBytes = 0
    this.#inHead = true
    return go
  }

  field(from: number, length: number): number {
    if (this.#inHead && !this.#inName) this.#pairs.push('', '')
    this.#inName = true
    return this.#add(-2, from, length)
  }

  value(from: number, length: number): number {
    this.#inName = false
    return this.#add(-1, from, length)
  }

  /** Trailers are counted and dropped: nobody here can take them. */
  #add(place: number, from: number, length: number): number {
    this.#headBytes += length
    if (this.#headBytes > headBytes) return this.#refuse(`its header section has more than ${headBytes} bytes`)
    if (!this.#inHead) return go
    const index = this.#pairs.length + place
    const text = textAt(from, length)
    this.#pairs[index] = this.#pairs[index] === '' ? text : this.#pairs[index] + text
    return go
  }

  headed(status: number, keepAlive: boolean): number {
    this.#inHead = false
    this.#headBytes = 0
    if (status < 100) return this.#refuse(`${status} is no status`)
    if (status === 101) return this.#refuse('it switches protocols, which nobody had asked for')
    if (!isReadable(this.#pairs)) return this.#refuse('the only transfer coding that is read is chunked')
    return this.#events.head(status, this.#pairs, keepAlive) ? go : noBody
  }

  piece(from: number, length: number): number {
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
    this.#events.body(body)
  }

  completed(): number {
    this.#handOn()
    this.#events.end()
    return go
  }
}
