import type { BodySink, Outcome, Reply, ReplyBody } from '@sallyport/core'
import { type Handled, isBodiless } from '@sallyport/stages'
import type { Finish } from './node-answer.ts'

/** What is known of the request that an answer is for. */
interface Asked {
  readonly method: string
  /** Aborts when the caller has gone. */
  readonly signal: AbortSignal
}

/** A reply's body as a web stream, as fast as it is read. */
class WebBody implements BodySink {
  readonly readable: ReadableStream<Uint8Array>
  readonly #body: ReplyBody
  readonly #finish: Finish
  readonly #signal: AbortSignal
  readonly #gone = () => this.#abandon(true)
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #source: ReturnType<ReplyBody['pipe']> | undefined
  #bytesOut = 0
  #isOver = false

  constructor(body: ReplyBody, signal: AbortSignal, finish: Finish) {
    this.#body = body
    this.#finish = finish
    this.#signal = signal
    this.readable = new ReadableStream({
      start: controller => {
        this.#controller = controller
      },
      pull: () => this.#pull(),
      cancel: () => this.#abandon(false),
    })
    signal.addEventListener('abort', this.#gone)
    if (signal.aborted) this.#gone()
  }

  write(chunk: Uint8Array): boolean {
    if (this.#isOver) return false
    this.#bytesOut += chunk.length
    // Whoever made the piece may use its bytes again.
    if (chunk.length > 0) this.#controller?.enqueue(Uint8Array.from(chunk))
    return (this.#controller?.desiredSize ?? 0) > 0
  }

  end(): void {
    if (!this.#settle('complete')) return
    this.#controller?.close()
  }

  fail(error: Error): void {
    if (!this.#settle('failed', error.message)) return
    // What went wrong is for the record.
    this.#controller?.error(new Error('the answer broke off'))
  }

  #pull(): void {
    if (this.#source === undefined) this.#source = this.#body.pipe(this)
    else this.#source.resume()
  }

  #abandon(isRead: boolean): void {
    if (!this.#settle('abandoned')) return
    const reason = new Error('the caller has gone')
    this.#body.cancel(reason)
    if (isRead) this.#controller?.error(reason)
  }

  #settle(end: Outcome['end'], reason?: string): boolean {
    if (this.#isOver) return false
    this.#isOver = true
    this.#signal.removeEventListener('abort', this.#gone)
    this.#finish({ end, bytesOut: this.#bytesOut, ...(reason !== undefined && { reason }) })
    return true
  }
}

/** Statuses whose answers have no body: web responses take none (Fetch section 2.2.3). */
const hasBody = (method: string, status: number) => !isBodiless(method, status) && status !== 205

function fieldsOf({ headers }: Reply): Headers {
  const fields = new Headers()
  for (let i = 0; i < headers.length; i += 2) fields.append(headers[i] ?? '', headers[i + 1] ?? '')
  return fields
}

/** A judged call as a web response. What it was finished with is told once, when its body has ended, failed or been left off. */
export function webAnswer({ reply }: Pick<Handled, 'reply'>, { method, signal }: Asked, finish: Finish): Response {
  const { status } = reply
  const init = { status, headers: fieldsOf(reply) }
  if (reply.kind === 'stream' && hasBody(method, status))
    return new Response(new WebBody(reply.body, signal, finish).readable, init)
  if (reply.kind === 'stream') reply.body.cancel(new Error('an answer without a body'))
  const body = reply.kind === 'answer' && hasBody(method, status) ? reply.body : null
  finish({ end: signal.aborted ? 'abandoned' : 'complete', bytesOut: body === null ? 0 : Buffer.byteLength(body) })
  return new Response(body, init)
}
