import { chooseKeys, type KeySet } from './key-set.ts'
import type { VerificationKey } from './verification-key.ts'

/** Where verification keys come from. */
export interface KeySource {
  /**
   * A number that changes when the keys do; what was verified under another number must be verified again. Asked on every
   * call, it is also where a refresh that has fallen due begins.
   */
  version(): number
  /**
   * The keys to try for a token with this kid and algorithm; at once where they are known. Empty where none fits. A BadToken
   * `unavailable` is thrown where no keys were ever obtained.
   */
  find(kid: string | undefined, alg: string): readonly VerificationKey[] | Promise<readonly VerificationKey[]>
}

/** Keys that were given and stay. */
export function fixedKeys(set: KeySet): KeySource {
  return { version: () => 1, find: (kid, alg) => chooseKeys(set, kid, alg) }
}
