import type { BodySink, ReplyBody } from '@sallyport/core'
import type { AnswerStore } from './stored.ts'

/** How much of a body may be kept, where there must be room for it, and what is told of one that came to its end. */
export interface Recording {
  readonly maxBody: number
  readonly room: Pick<AnswerStore, 'take' | 'give'>
  complete(bytes: Uint8Array): void
}

/** Keeps what passes, until it is too much or breaks off. Pieces are copied: whoever reads them may use them again. */
class Recorder implements BodySink {
  readonly #to: BodySink
  readonly #recording: Recording
  #pieces: Uint8Array[] | undefined = []
  #bytes = 0

  constructor(to: BodySink, recording: Recording) {
    this.#to = to
    this.#recording = recording
  }

  write(chunk: Uint8Array): boolean {
    this.#record(chunk)
    return this.#to.write(chunk)
  }

  end(): void {
    const pieces = this.#pieces
    this.abandon()
    if (pieces !== undefined) this.#recording.complete(Buffer.concat(pieces))
    this.#to.end()
  }

  fail(error: Error): void {
    this.abandon()
    this.#to.fail(error)
  }

  abandon(): void {
    this.#pieces = undefined
    this.#recording.room.give(this.#bytes)
    this.#bytes = 0
  }

  #record(chunk: Uint8Array): void {
    if (this.#pieces === undefined) return
    const { maxBody, room } = this.#recording
    if (this.#bytes + chunk.length > maxBody || !room.take(chunk.length)) this.abandon()
    else {
      this.#bytes += chunk.length
      this.#pieces.push(Uint8Array.from(chunk))
    }
  }
}

/** A body that is kept on its way, once it is complete. */
export function recordedBody(body: ReplyBody, recording: Recording): ReplyBody {
  let recorder: Recorder | undefined
  return {
    whole() {
      const bytes = body.whole()
      if (bytes !== undefined && bytes.length <= recording.maxBody) recording.complete(Uint8Array.from(bytes))
      return bytes
    },
    pipe(sink) {
      recorder = new Recorder(sink, recording)
      return body.pipe(recorder)
    },
    cancel(reason) {
      recorder?.abandon()
      body.cancel(reason)
    },
  }
}

const nobody: BodySink = {
  write: () => true,
  end() {
    // It was read to have it kept.
  },
  fail() {
    // Nobody waits for it.
  },
}

/** Reads a body that the caller doesn't get, so that it is kept. */
export function readForNobody(body: ReplyBody): void {
  if (body.whole() === undefined) body.pipe(nobody)
}
