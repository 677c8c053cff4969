import { Problem, type ProblemCode } from '@sallyport/core'
import { type Verdict, verdicts } from '../messages/llhttp.ts'
import { type Fault, MessageParser } from '../messages/message-parser.ts'

/** The first line of a request and its fields, as they came: each byte is one latin1 character. */
export interface RequestHead {
  readonly method: string
  readonly target: string
  /** Such as 1.1. */
  readonly version: string
  /** Names and values by turns. */
  readonly pairs: readonly string[]
  /** Whether another request may follow on the connection. */
  readonly kept: boolean
}

/** What is found in the bytes of a connection. */
export interface RequestEvents {
  /** Whether a request is under way: the next one waits, and so do its bytes. */
  readonly busy: boolean
  /** May throw a Problem. */
  head(head: RequestHead): void
  /** A piece of a body is a copy. */
  body(piece: Buffer): void
  end(): void
}

const codes: Readonly<Record<Fault, ProblemCode>> = {
  malformed: 'request-malformed',
  'head-too-large': 'headers-too-large',
  'framing-too-large': 'body-too-large',
}

/** Reads the requests of one connection. Refuses with a Problem. */
export class RequestParser extends MessageParser {
  readonly #events: RequestEvents

  constructor(events: RequestEvents) {
    super(1)
    this.#events = events
  }

  protected override begins(): Verdict {
    return this.#events.busy ? verdicts.pause : verdicts.go
  }

  protected override head(pairs: string[], _: number, isUpgrade: boolean, keepAlive: boolean): Verdict {
    const { method, target, version } = this
    if (method === 'CONNECT') throw new Problem('method-unsupported', {}, 'tunnels are not served')
    // What follows a request for another protocol isn't read.
    this.#events.head({ method, target, version, pairs, kept: keepAlive && !isUpgrade })
    return verdicts.go
  }

  protected override body(piece: Buffer): void {
    this.#events.body(piece)
  }

  protected override end(): void {
    this.#events.end()
  }

  protected override error(fault: Fault, reason: string): Error {
    return new Problem(codes[fault], {}, reason)
  }
}
