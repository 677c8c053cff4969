import type { KeyObject } from 'node:crypto'

/** A key and the name by which a file says that it was sealed with it. */
export interface VaultKey {
  readonly ref: string
  readonly key: KeyObject
}

/** Where a vault's keys come from. */
export interface KeySource {
  /** The key of that name. Throws VaultError `key-missing`, `key-wrong` or `key-exposed`. */
  find(ref: string): Promise<VaultKey>
  /** The key to seal with from now on, made where there is none. `current` names the one that was sealed with so far. */
  newest(current: string | undefined): Promise<VaultKey>
  /** Makes another key. It can be found again by the time that it is given: nothing is ever sealed with a key that isn't kept. */
  next(): Promise<VaultKey>
}
