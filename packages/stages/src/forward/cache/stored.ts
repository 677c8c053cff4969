import type { HeaderPairs } from '@sallyport/core'
import type { Terms } from './terms.ts'

/** An upstream's answer as it is kept, before anything of it was protected. */
export interface StoredAnswer {
  readonly status: number
  /** Those that concern both ends, with a Date. */
  readonly headers: HeaderPairs
  readonly body: Uint8Array
  readonly terms: Terms
  /** What Vary names: fields in lower case with the values that they were asked with. */
  readonly selecting: readonly (readonly [name: string, value: string])[]
  /** Milliseconds since the epoch; what has passed since is its age. */
  readonly bornAt: number
  /** The store's moment at which it was asked for: what was changed after that is not in it. */
  readonly asOf: number
}

/** Upstreams' answers that may be given again, bounded in bytes. What is in here outlives a reload. */
export interface AnswerStore {
  /** A keyed digest of what was asked: no credential stays in memory. */
  slot(asked: string): string
  /** Grows with everything that is forgotten. */
  moment(): number
  /** The answers in a slot, the latest first, but those that were asked for before their place was forgotten. */
  find(slot: string, place: string): readonly StoredAnswer[]
  /** Keeps an answer in the place of one that was selected alike. */
  keep(slot: string, place: string, answer: StoredAnswer): void
  drop(slot: string, answer: StoredAnswer): void
  /** Every answer of a place is one too many, whoever asked for it, also those that are under way. */
  forget(place: string): void
  /** Takes room for so many bytes of answers that aren't complete; false where there is none. */
  take(bytes: number): boolean
  give(bytes: number): void
}
