import type { Secret } from '@sallyport/core'

/** What may be known of a secret without opening it. */
export interface SecretListing {
  readonly name: string
  /** The versions that can be had, oldest first. */
  readonly versions: readonly number[]
  /** When the oldest of them was stored; milliseconds since the epoch. */
  readonly createdAt: number
}

/** Secrets by name and version, sealed where they lie. Every method throws VaultError where it can't be sure of what it reads. */
export interface Vault {
  /** Stores the next version of a secret and gives its number. Numbers count up from 1 and are never used again, not even after a delete. */
  set(name: string, value: Secret): Promise<number>
  /** A version, the newest where none is named; undefined where there is none. */
  get(name: string, version?: number): Promise<Secret | undefined>
  /** In order of name. */
  list(): Promise<readonly SecretListing[]>
  /** Removes all versions; false where there were none. */
  delete(name: string): Promise<boolean>
  /** Makes a new key and seals everything with it. */
  rotate(): Promise<void>
}
