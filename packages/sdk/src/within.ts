import type { Call } from '@sallyport/core'
import type { StagePorts } from '@sallyport/stages'

/** Where a handler's argument holds what helpers of the framework need of the call. It goes along where the argument is spread. */
export const within: unique symbol = Symbol('within')

const none: ReadonlyMap<string, string> = new Map()

/** One call, and the application that it came to. */
export class Within {
  readonly call: Call
  readonly ports: StagePorts
  #cookies: Map<string, string> | undefined

  constructor(call: Call, ports: StagePorts) {
    this.call = call
    this.ports = ports
  }

  /** Cookies that go with the answer, by their names: whole values of Set-Cookie. */
  get cookies(): ReadonlyMap<string, string> {
    return this.#cookies ?? none
  }

  setCookie(name: string, value: string): void {
    this.#cookies ??= new Map()
    this.#cookies.set(name, value)
  }
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
