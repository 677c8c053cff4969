import type { BodySink, ReplyBody } from '@sallyport/core'
import { Masker, maskWhole } from './masker.ts'
import type { Needles } from './needles.ts'

/** Masks on the way to a reader. Its slowness is passed on: while bytes are held back it stays as slow as it last was. */
class MaskingSink implements BodySink {
  readonly #to: BodySink
  readonly #masker: Masker
  #room = true

  constructor(to: BodySink, needles: Needles) {
    this.#to = to
    this.#masker = new Masker(needles)
  }

  write(chunk: Uint8Array): boolean {
    const masked = this.#masker.write(chunk)
    if (masked.length > 0) this.#room = this.#to.write(masked)
    return this.#room
  }

  end(): void {
    const rest = this.#masker.end()
    if (rest.length > 0) this.#to.write(rest)
    this.#to.end()
  }

  /** What was held back stays here: it may be the beginning of a credential. */
  fail(error: Error): void {
    this.#to.fail(error)
  }

  resumed(): void {
    this.#room = true
  }
}

/** A body in which a credential of ours is masked. */
export function maskedBody(body: ReplyBody, needles: Needles): ReplyBody {
  return {
    whole() {
      const bytes = body.whole()
      return bytes === undefined ? undefined : maskWhole(bytes, needles)
    },
    pipe(sink) {
      const masking = new MaskingSink(sink, needles)
      const source = body.pipe(masking)
      return {
        resume() {
          masking.resumed()
          source.resume()
        },
      }
    },
    cancel: reason => body.cancel(reason),
  }
}
