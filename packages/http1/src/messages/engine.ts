import { type Callbacks, codes, instantiate } from './llhttp.ts'

/** Bytes that are read at a time; more are read in several goes. */
export const readBytes = 65_536

let working: Callbacks | undefined

function atWork(): Callbacks {
  if (working === undefined) throw new Error('no parser is at work')
  return working
}

const llhttp = instantiate(atWork)
/** Where llhttp finds what came. */
export const inbox = llhttp.malloc(readBytes)
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

/** Puts bytes, `readBytes` at the most, where they are read from. */
export function fill(input: Buffer, from: number, to: number): void {
  input.copy(bytes(), inbox, from, to)
  inboxLength = to - from
  headText = undefined
}

/** What lies in the inbox, each byte one latin1 character. */
export function textAt(from: number, length: number): string {
  const start = from - inbox
  if (start + length > headTextBytes) return bytes().toString('latin1', from, from + length)
  headText ??= bytes().toString('latin1', inbox, inbox + Math.min(inboxLength, headTextBytes))
  return headText.substring(start, start + length)
}

/** A copy of what lies at these places, which come with their lengths by turns. */
export function gathered(pieces: readonly number[]): Buffer {
  let length = 0
  for (let i = 1; i < pieces.length; i += 2) length += pieces[i] ?? 0
  const copy = Buffer.allocUnsafe(length)
  let filled = 0
  for (let i = 0; i < pieces.length; i += 2) {
    const from = pieces[i] ?? 0
    filled += bytes().copy(copy, filled, from, from + (pieces[i + 1] ?? 0))
  }
  return copy
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

/** One parser of llhttp: 1 reads requests, 2 answers. It is to be freed when its connection is over. */
export class Engine {
  readonly #parser: number
  readonly #callbacks: Callbacks
  #isFree = false

  constructor(kind: 1 | 2, callbacks: Callbacks) {
    this.#parser = llhttp.llhttp_alloc(kind)
    this.#callbacks = callbacks
  }

  get method(): string {
    return methodNamed(llhttp.llhttp_get_method(this.#parser))
  }

  /** Such as 1.1. */
  get version(): string {
    return `${llhttp.llhttp_get_http_major(this.#parser)}.${llhttp.llhttp_get_http_minor(this.#parser)}`
  }

  /** Where in the inbox it was paused. */
  get position(): number {
    return llhttp.llhttp_get_error_pos(this.#parser)
  }

  /** Why it could not read on. */
  get reason(): string {
    const from = llhttp.llhttp_get_error_reason(this.#parser)
    return from === 0 ? 'it is no HTTP' : textOf(from)
  }

  /** Reads so many bytes of the inbox; undefined is the end of all that comes. Answers one of `codes`, or another where it could not. */
  run(length: number | undefined): number {
    if (this.#isFree) throw new Error('the parser was given back')
    if (working !== undefined) throw new Error('another parser is at work')
    working = this.#callbacks
    try {
      return length === undefined
        ? llhttp.llhttp_finish(this.#parser)
        : llhttp.llhttp_execute(this.#parser, inbox, length)
    } finally {
      working = undefined
    }
  }

  resume(): void {
    if (!this.#isFree) llhttp.llhttp_resume(this.#parser)
  }

  free(): void {
    if (!this.#isFree) llhttp.llhttp_free(this.#parser)
    this.#isFree = true
  }
}

/** Whether llhttp read what it was given, as far as it was let. */
export const isRead = (code: number) => code === codes.ok || code === codes.paused || code === codes.tunnel
