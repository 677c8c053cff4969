import { type BodySink, JsonError, Problem, type ReplyBody } from '@sallyport/core'
import { XmlError } from '../../xml/prolog.ts'
import { TooLarge } from './matcher.ts'

/** Bytes that one item of a stream may have: so much is held of each stream. */
const itemMax = 2 ** 20

/** Where items end, told byte by byte. */
export interface ItemEnds {
  /** Whether the item ends with this byte. */
  isLast(byte: number): boolean
}

/** How a stream of items is read: where they end, and what becomes of each. */
export interface ItemForm {
  ends(): ItemEnds
  edit(item: Uint8Array): Uint8Array
}

export const invalid = (reason: string) => new Problem('answer-invalid', {}, reason)

/** What can't be read may not leave. None of these messages holds anything of the answer. */
export function asInvalid(error: unknown): unknown {
  if (error instanceof XmlError) return invalid(`the answer ${error.message}`)
  return error instanceof JsonError || error instanceof TooLarge
    ? invalid(`the answer can't be read: ${error.message}`)
    : error
}

/** Bytes of the item that is under way: copied, for a chunk's own may be used again. */
class Gathered {
  #bytes = Buffer.alloc(4096)
  #length = 0

  get length(): number {
    return this.#length
  }

  add(piece: Uint8Array): void {
    const length = this.#length + piece.length
    if (length > itemMax) throw invalid(`an item of the answer has more than ${itemMax} bytes`)
    if (length > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(length, this.#bytes.length * 2))
      this.#bytes.copy(larger, 0, 0, this.#length)
      this.#bytes = larger
    }
    this.#bytes.set(piece, this.#length)
    this.#length = length
  }

  take(): Uint8Array {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#length))
    this.#length = 0
    return taken
  }
}

/** Edits items as they come complete. */
export class ItemEditor {
  readonly #form: ItemForm
  readonly #ends: ItemEnds
  readonly #gathered = new Gathered()

  constructor(form: ItemForm) {
    this.#form = form
    this.#ends = form.ends()
  }

  /** What goes on, now that these bytes came. Throws Problem `answer-invalid`. */
  write(chunk: Uint8Array): Uint8Array {
    const out: Uint8Array[] = []
    let from = 0
    for (let i = 0; i < chunk.length; i++) {
      if (!this.#ends.isLast(chunk[i] ?? 0)) continue
      this.#gathered.add(chunk.subarray(from, i + 1))
      from = i + 1
      out.push(this.#edited())
    }
    this.#gathered.add(chunk.subarray(from))
    return Buffer.concat(out)
  }

  /** What goes on of an item that the end of the stream ended. Throws Problem `answer-invalid`. */
  end(): Uint8Array {
    return this.#gathered.length === 0 ? new Uint8Array() : this.#edited()
  }

  #edited(): Uint8Array {
    try {
      return this.#form.edit(this.#gathered.take())
    } catch (error) {
      throw asInvalid(error)
    }
  }
}

/** Edits on the way to a reader, whose slowness is passed on. An item that can't be read breaks the answer off. */
class EditingSink implements BodySink {
  readonly #to: BodySink
  readonly #editor: ItemEditor
  readonly #stop: (error: Error) => void
  #room = true
  #failed = false

  constructor(to: BodySink, form: ItemForm, stop: (error: Error) => void) {
    this.#to = to
    this.#editor = new ItemEditor(form)
    this.#stop = stop
  }

  write(chunk: Uint8Array): boolean {
    this.#hand(() => this.#editor.write(chunk))
    return this.#room || this.#failed
  }

  end(): void {
    this.#hand(() => this.#editor.end())
    if (!this.#failed) this.#to.end()
  }

  fail(error: Error): void {
    if (!this.#failed) this.#to.fail(error)
    this.#failed = true
  }

  resumed(): void {
    this.#room = true
  }

  #hand(edit: () => Uint8Array): void {
    if (this.#failed) return
    try {
      const bytes = edit()
      if (bytes.length > 0) this.#room = this.#to.write(bytes)
    } catch (error) {
      const reason = error instanceof Error ? error : new Error('the answer could not be redacted')
      this.fail(reason)
      this.#stop(reason)
    }
  }
}

/** A body whose items are edited as they come. */
export function editedBody(body: ReplyBody, form: ItemForm): ReplyBody {
  return {
    whole: () => undefined,
    pipe(sink) {
      const editing = new EditingSink(sink, form, reason => body.cancel(reason))
      const source = body.pipe(editing)
      return {
        resume() {
          editing.resumed()
          source.resume()
        },
      }
    },
    cancel: reason => body.cancel(reason),
  }
}
