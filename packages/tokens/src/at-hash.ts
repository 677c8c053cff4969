import { hash, timingSafeEqual } from 'node:crypto'
import { findAlgorithm } from './algorithms.ts'
import { BadToken, quoted } from './bad-token.ts'

/**
 * Whether an ID token's `at_hash` names this access token: the left half of the token's digest by the hash of the ID token's
 * `alg` (OpenID Connect Core 3.1.3.6).
 */
export function matchesAtHash(atHash: string, accessToken: string, alg: string): boolean {
  const algorithm = findAlgorithm(alg)
  if (algorithm === undefined) throw new BadToken('algorithm', `alg ${quoted(alg)} isn't known`)
  const digest = hash(algorithm.digest, accessToken, 'buffer')
  const wanted = Buffer.from(digest.subarray(0, digest.length / 2).toString('base64url'))
  const given = Buffer.from(atHash)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
