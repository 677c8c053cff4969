import type { Call } from '@sallyport/core'
import { type AuditEntry, detailOf } from './entry.ts'

/** Who is told. What it throws, or rejects with, fails the call. */
export interface Auditor {
  /** `within` is what the handler gave: the transaction in which it did the change, that both stand or neither. */
  audit?(entry: AuditEntry, within: unknown): void | Promise<void>
}

export type Tell = NonNullable<Auditor['audit']>

/** What was told of one call, and whether it could be. */
export class Trail {
  readonly #entry: Omit<AuditEntry, 'outcome' | 'detail'>
  readonly #tell: Tell
  readonly #told: Promise<void>[] = []

  constructor(entry: Omit<AuditEntry, 'outcome' | 'detail'>, tell: Tell) {
    this.#entry = entry
    this.#tell = tell
  }

  /** Tells what was done. Rejects where it can't be told. */
  add(detail: unknown, within: unknown): Promise<void> {
    const told = this.#write('done', detail, within)
    // Where the handler doesn't wait for it, `settled` does.
    told.catch(() => undefined)
    this.#told.push(told)
    return told
  }

  /** Rejects where anything couldn't be told, whether or not the handler minded. */
  async settled(): Promise<void> {
    await Promise.all(this.#told)
  }

  /** The work is over: what wasn't told of it is. Rejects where it can't be. */
  async end(outcome: AuditEntry['outcome']): Promise<void> {
    if (outcome !== 'done' || this.#told.length === 0) await this.#write(outcome, undefined, undefined)
  }

  async #write(outcome: AuditEntry['outcome'], detail: unknown, within: unknown): Promise<void> {
    await this.#tell({ ...this.#entry, outcome, detail: detailOf(detail) }, within)
  }
}

/** The trails of calls under way. */
export const trails = new WeakMap<Call, Trail>()
