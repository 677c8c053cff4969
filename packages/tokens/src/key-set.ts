import { BadKey, type VerificationKey } from './verification-key.ts'

/** Trusted keys, and why others of the same document aren't used. */
export interface KeySet {
  readonly keys: readonly VerificationKey[]
  /** One sentence for each key that was passed over, for the operator. */
  readonly notes: readonly string[]
}

/** A token may cost this many signatures, no more. */
const maximumTries = 4

function shareAlgorithm(one: VerificationKey, other: VerificationKey): boolean {
  return [...one.algorithms].some(name => other.algorithms.has(name))
}

/**
 * RFC 7517 section 4.5 lets keys of different types share a kid; two that could both verify the same token would make it a
 * matter of order which one counts, so the whole set is refused.
 */
function refuseAmbiguous(keys: readonly VerificationKey[]): void {
  keys.forEach((key, index) => {
    const twin = keys.slice(0, index).find(other => other.kid === key.kid && shareAlgorithm(key, other))
    if (key.kid !== undefined && twin !== undefined) throw new BadKey(`two keys are called ${JSON.stringify(key.kid)}`)
  })
}

function isSame(one: VerificationKey, other: VerificationKey): boolean {
  const sameUse =
    one.algorithms.size === other.algorithms.size && [...one.algorithms].every(name => other.algorithms.has(name))
  return one.kid === other.kid && sameUse && one.key.equals(other.key)
}

/** Keys as a set: repetitions are dropped, an ambiguous or empty set is a BadKey. */
export function keySet(keys: readonly VerificationKey[], notes: readonly string[] = []): KeySet {
  const distinct = keys.filter((key, index) => !keys.slice(0, index).some(other => isSame(key, other)))
  refuseAmbiguous(distinct)
  if (distinct.length === 0) throw new BadKey(['no usable key', ...notes].join('; '))
  return { keys: distinct, notes }
}

/** Whether two sets trust the same keys for the same algorithms. */
export function sameKeys(one: KeySet, other: KeySet): boolean {
  return one.keys.length === other.keys.length && one.keys.every(key => other.keys.some(twin => isSame(key, twin)))
}

/**
 * The keys to try for a token: of those that are for its algorithm the one with its kid, then those that have no kid (PEM files,
 * secrets, sets of one); where the token names no kid, any. At most four.
 */
export function chooseKeys(set: KeySet, kid: string | undefined, alg: string): readonly VerificationKey[] {
  const fit = set.keys.filter(key => key.algorithms.has(alg))
  const named = kid === undefined ? fit : fit.filter(key => key.kid === kid)
  const nameless = kid === undefined ? [] : fit.filter(key => key.kid === undefined)
  return [...named, ...nameless].slice(0, maximumTries)
}
