import type { Arrival, CallEvent, Reply } from '@sallyport/core'

/** What an upstream is imagined to answer. */
export interface Answer {
  /** 200 unless given. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Goes as JSON; a text as it is. */
  readonly body?: unknown
}

/** Answers by path and query. */
export type Asked = Readonly<Record<string, Answer>>

/** A call as a test makes it: it can be made again. */
export interface MadeCall {
  readonly arrival: Omit<Arrival, 'body'>
  readonly body: Uint8Array
  /** Milliseconds since the epoch. */
  readonly time: number
  readonly answer: Answer | undefined
  readonly asked: Asked
}

/** What refused a call. */
export interface Refusing {
  readonly name: string
  readonly label: string
  /** Of several parts, those that did: policies, scopes. */
  readonly parts: readonly string[]
}

/** What a call came to. */
export interface Outcome {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
  readonly event: CallEvent | undefined
  readonly refusing: Refusing | undefined
  /** Keys of the rules, and of their parts, that decided. */
  readonly decided: ReadonlySet<string>
  /** What a handler answered, where it answered whole. */
  readonly handled: Reply | undefined
  /** What an upstream was asked, as one text to compare. */
  readonly sent: string | undefined
}
