import type { Finding } from '@sallyport/core'

/** Findings of one call that are remembered, and the characters of what each says. */
const findingsMax = 10
const reasonMax = 2000

/** What rules found against calls and let pass, until the calls are over. Calls are named by their id. */
export class Findings {
  readonly #found = new Map<string, Finding[]>()

  add(call: string, finding: Finding): void {
    const found = this.#found.get(call) ?? []
    if (found.length < findingsMax) found.push({ ...finding, reason: finding.reason.slice(0, reasonMax) })
    this.#found.set(call, found)
  }

  /** The call is over: what was found, and forgotten by that. */
  take(call: string): Finding[] | undefined {
    const found = this.#found.get(call)
    if (found !== undefined) this.#found.delete(call)
    return found
  }
}
