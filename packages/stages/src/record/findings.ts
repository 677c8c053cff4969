import type { Finding } from '@sallyport/core'

/** Findings of one call that are remembered, and the characters of what each says. */
const findingsMax = 10
const reasonMax = 2000

/** What rules found against calls and let pass, until the calls are over. Calls are named by their id. */
export class Findings {
  readonly #found = new Map<string, Finding[]>()
  readonly #awaited = new Map<string, Promise<void>[]>()
  readonly #late = new Set<Promise<void>>()

  add(call: string, finding: Finding): void {
    const found = this.#found.get(call) ?? []
    if (found.length < findingsMax) found.push({ ...finding, reason: finding.reason.slice(0, reasonMax) })
    this.#found.set(call, found)
  }

  /** More may be found once this resolves; it never rejects. */
  await(call: string, more: Promise<void>): void {
    this.#awaited.set(call, [...(this.#awaited.get(call) ?? []), more])
  }

  /** Resolves when everything is found that a call was looked at for; undefined where it is already. */
  complete(call: string): Promise<unknown> | undefined {
    const awaited = this.#awaited.get(call)
    if (awaited === undefined) return undefined
    this.#awaited.delete(call)
    return Promise.all(awaited)
  }

  /** A record is written later than its call is over; it never rejects. */
  late(record: Promise<void>): void {
    this.#late.add(record)
    void record.finally(() => this.#late.delete(record))
  }

  /** Resolves when every record is written whose call is over. */
  async settled(): Promise<void> {
    while (this.#late.size > 0) await Promise.all(this.#late)
  }

  /** The call is over: what was found, and forgotten by that. */
  take(call: string): Finding[] | undefined {
    const found = this.#found.get(call)
    if (found !== undefined) this.#found.delete(call)
    return found
  }
}
