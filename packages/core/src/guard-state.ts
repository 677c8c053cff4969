import type { Json } from './json.ts'

/** What changes together: a value for each key, or undefined where the key goes. */
export type StateChanges = ReadonlyMap<string, Json | undefined>

/** What a rule's guard remembers beyond the process, by key. */
export interface GuardState {
  get(key: string): Json | undefined
  /** All of the changes or, after a crash, none. They are on disk when this resolves; rejects where they can't be. */
  put(changes: StateChanges): Promise<void>
  /**
   * Takes keys for one call, in memory and across reloads; what comes back lets them go. Undefined, and nothing is taken, where another
   * call has one of them.
   */
  hold(keys: readonly string[]): (() => void) | undefined
}
