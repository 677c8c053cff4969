import { type BodySink, bodyOf, Problem, type Reply, type ReplyBody, type RequestBody } from '@sallyport/core'
import { isBodiless } from '../bodies/whole-answer.ts'
import type { Copies } from './copies.ts'

/** What a rule that is tried would have read isn't known to its end. */
export class NotSeen extends Error {
  override readonly name = 'NotSeen'
}

/** Where bytes are kept that went by: never more than may be, and never so that whoever sends or takes them is kept waiting. */
export class Copy {
  readonly #call: string
  readonly #copies: Copies
  readonly #most: number
  #chunks: Uint8Array[] = []
  #length = 0
  #missing: string | undefined = 'it was not read to its end'

  constructor(call: string, most: number, copies: Copies) {
    this.#call = call
    this.#most = most
    this.#copies = copies
    copies.begin(call)
  }

  /** The bytes are copied: whoever takes them may write over them. */
  add(chunk: Uint8Array): void {
    if (this.#length < 0) return
    this.#length += chunk.length
    const lack = this.#length > this.#most ? `it has more than ${this.#most} bytes` : this.#lacksRoom(chunk.length)
    if (lack === undefined) {
      this.#chunks.push(Buffer.from(chunk))
      return
    }
    this.#missing = lack
    this.#length = -1
    this.#chunks = []
  }

  #lacksRoom(bytes: number): string | undefined {
    try {
      this.#copies.add(this.#call, bytes)
      return undefined
    } catch (error) {
      if (error instanceof Problem) return 'too much is held for rules that are tried'
      throw error
    }
  }

  /** No more comes. */
  ended(): void {
    if (this.#length >= 0) this.#missing = undefined
  }

  /** Everything. Throws NotSeen. */
  whole(): Uint8Array {
    if (this.#missing !== undefined) throw new NotSeen(this.#missing)
    return Buffer.concat(this.#chunks)
  }
}

/** A request's body of which a copy is kept, whoever takes it and when. */
export class CopiedBody implements RequestBody {
  readonly #body: RequestBody
  readonly #copy: Copy

  constructor(body: RequestBody, copy: Copy) {
    this.#body = body
    this.#copy = copy
  }

  get length(): number | undefined {
    return this.#body.length
  }

  get bytes(): Uint8Array | undefined {
    return this.#body.bytes
  }

  get abandoned(): boolean {
    return this.#body.abandoned
  }

  get progress(): number {
    return this.#body.progress
  }

  get awaited(): boolean {
    return this.#body.awaited
  }

  whole(): Uint8Array | undefined {
    return this.#body.whole()
  }

  read(limit: number, arrived?: (bytes: number) => void): Uint8Array | Promise<Uint8Array> {
    return this.#body.read(limit, arrived)
  }

  async *stream(limit: number): AsyncIterable<Uint8Array> {
    for await (const chunk of this.#body.stream(limit)) {
      this.#copy.add(chunk)
      yield chunk
    }
    this.#copy.ended()
  }

  /** What went by, as a body of its own, which reads as NotSeen where that wasn't all. */
  seen(): RequestBody {
    const { length } = this.#body
    const bytes = length === 0 ? new Uint8Array(0) : (this.#body.bytes ?? this.#body.whole())
    return bytes === undefined ? new SeenBody(this.#copy, length) : bodyOf(bytes)
  }
}

/** A body that went by. */
class SeenBody implements RequestBody {
  readonly bytes = undefined
  readonly abandoned = false
  readonly progress = 0
  readonly awaited = false
  readonly length: number | undefined
  readonly #copy: Copy

  constructor(copy: Copy, length: number | undefined) {
    this.#copy = copy
    this.length = length
  }

  whole(): undefined {
    return undefined
  }

  read(): Uint8Array {
    return this.#copy.whole()
  }

  async *stream(): AsyncIterable<Uint8Array> {
    yield this.#copy.whole()
  }
}

function copying(sink: BodySink, copy: Copy): BodySink {
  return {
    write(chunk) {
      copy.add(chunk)
      return sink.write(chunk)
    },
    end() {
      copy.ended()
      sink.end()
    },
    fail: error => sink.fail(error),
  }
}

function copiedBody(body: ReplyBody, copy: Copy): ReplyBody {
  let isCopied = false
  return {
    whole() {
      const bytes = body.whole()
      if (bytes === undefined || isCopied) return bytes
      isCopied = true
      copy.add(bytes)
      copy.ended()
      return bytes
    },
    pipe: sink => body.pipe(copying(sink, copy)),
    cancel: reason => body.cancel(reason),
  }
}

/** An answer that goes on as it came, and how it can be had once more when it has gone: that throws NotSeen where it went by unseen. */
export interface CopiedReply {
  readonly reply: Reply
  readonly again: () => Reply
}

export function copiedReply(reply: Reply, method: string, copy: () => Copy): CopiedReply {
  if (reply.kind === 'answer') return { reply, again: () => reply }
  const { status, headers } = reply
  if (isBodiless(method, status)) return { reply, again: () => ({ kind: 'answer', status, headers, body: '' }) }
  return copiedStream(reply, copy())
}

function copiedStream(reply: Extract<Reply, { readonly kind: 'stream' }>, copy: Copy): CopiedReply {
  const { status, headers } = reply
  return {
    reply: { ...reply, body: copiedBody(reply.body, copy) },
    again: () => ({ kind: 'answer', status, headers, body: copy.whole() }),
  }
}
