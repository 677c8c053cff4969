import type { Call } from '@sallyport/core'
import type { StagePorts } from '@sallyport/stages'

/** Where a handler's argument holds what helpers of the framework need of the call. It goes along where the argument is spread. */
export const within: unique symbol = Symbol('within')

/** One call, and the application that it came to. */
export interface Within {
  readonly call: Call
  readonly ports: StagePorts
  /** Cookies that go with the answer, by their names: whole values of Set-Cookie. */
  readonly cookies: Map<string, string>
}

/** What helpers are given of a call: what the handler was called with, or all of it but some members. */
export interface Handled {
  readonly [within]: Within
}

/** Throws TypeError that names who asked, where it was given something else. */
export function withinOf(handled: Handled, asked: string): Within {
  const known: unknown = typeof handled === 'object' && handled !== null ? handled[within] : undefined
  if (known === undefined) throw new TypeError(`${asked}: needs what the handler was called with`)
  return handled[within]
}
