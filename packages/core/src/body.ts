/** The body of a request: bytes that can be taken once. */
export interface RequestBody {
  /** Bytes as declared by Content-Length; undefined where the body is chunked; 0 where there is none. */
  readonly length: number | undefined
  /** The whole body, where a stage has read it already: exactly these bytes go on. */
  readonly bytes: Uint8Array | undefined
  /** Whether the client has gone away. */
  readonly abandoned: boolean
  /** Grows while bytes are taken: tells a slow upload from a dead one. */
  readonly progress: number
  /** Whether more bytes are wanted than the client has sent: it is the slow one then, not whoever reads. */
  readonly awaited: boolean
  /** Takes everything, if it has arrived already; else undefined, and nothing is taken. */
  whole(): Uint8Array | undefined
  /**
   * Takes the bytes as they come, at most `limit`: more end the stream with Problem `body-too-large`.
   * Asks the client to go on, where it waits for 100 (RFC 9110 section 10.1.1).
   */
  stream(limit: number): AsyncIterable<Uint8Array>
  /**
   * Reads everything, at most `limit` bytes; without a promise where it is here. Throws Problem `body-too-large`, and what `arrived` throws
   * at a piece.
   */
  read(limit: number, arrived?: (bytes: number) => void): Uint8Array | Promise<Uint8Array>
}

type Sent = Pick<RequestBody, 'abandoned'>

const byNobody: Sent = { abandoned: false }

/** A body whose bytes are at hand, whoever made them. In place of one that a client sent, it is abandoned with that. */
export const bodyOf = (bytes: Uint8Array, inPlaceOf = byNobody): RequestBody => ({
  length: bytes.length,
  bytes,
  get abandoned() {
    return inPlaceOf.abandoned
  },
  progress: bytes.length,
  awaited: false,
  whole: () => bytes,
  async *stream() {
    if (bytes.length > 0) yield bytes
  },
  read: () => bytes,
})

/** The body of a request that has none. */
export const noBody = bodyOf(new Uint8Array(0))

/** Where a reply's bytes go. `write` answers false when the reader is slow: wait for the resume that `pipe` gave. */
export interface BodySink {
  write(chunk: Uint8Array): boolean
  end(): void
  fail(error: Error): void
}

/** The body of a reply that comes from elsewhere. Taken once: by `whole` or by `pipe`. */
export interface ReplyBody {
  /** Everything, if it has arrived already. */
  whole(): Uint8Array | undefined
  pipe(sink: BodySink): { resume(): void }
  cancel(reason: Error): void
}
