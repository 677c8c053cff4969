import { type Fault, MessageParser, type Verdict, verdicts } from '@sallyport/http1'

/** What is found in the bytes of a connection. `pairs` are header names and values by turns. */
export interface ResponseEvents {
  /** Whether an answer is waited for: bytes that nobody asked for are refused. */
  readonly awaited: boolean
  /** `kept` tells whether the connection may carry another exchange. Answers whether a body may follow: none does to HEAD. */
  head(status: number, pairs: string[], kept: boolean): boolean
  /** A piece of a body is a copy. */
  body(piece: Uint8Array): void
  end(): void
}

/** What an upstream sent is no HTTP. */
export class BadResponse extends Error {
  override readonly name = 'BadResponse'
  readonly code = 'ERR_UPSTREAM_RESPONSE'
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

/** Reads the answers of one connection. Refuses with BadResponse. */
export class ResponseParser extends MessageParser {
  readonly #events: ResponseEvents

  constructor(events: ResponseEvents) {
    super(2)
    this.#events = events
  }

  protected override begins(): Verdict {
    return this.#events.awaited ? verdicts.go : this.refuse('malformed', 'bytes came that nobody had asked for')
  }

  protected override head(pairs: string[], status: number, _: boolean, keepAlive: boolean): Verdict {
    if (status < 100) return this.refuse('malformed', `${status} is no status`)
    if (status === 101) return this.refuse('malformed', 'it switches protocols, which nobody had asked for')
    if (!isReadable(pairs)) return this.refuse('malformed', 'the only transfer coding that is read is chunked')
    return this.#events.head(status, pairs, keepAlive) ? verdicts.go : verdicts.noBody
  }

  protected override body(piece: Uint8Array): void {
    this.#events.body(piece)
  }

  protected override end(): void {
    this.#events.end()
  }

  protected override error(_: Fault, reason: string): Error {
    return new BadResponse(reason)
  }
}
