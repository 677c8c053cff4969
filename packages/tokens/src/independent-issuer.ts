import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { Clock } from '@sallyport/core'
import { CompactSign } from 'jose'
import type { JwtRules } from './jwt.ts'
import type { KeySet } from './key-set.ts'
import { keySet } from './key-set.ts'
import { verificationKey } from './verification-key.ts'

/*
 * For tests: an issuer whose tokens are made by jose, so that nothing of this package vouches for itself.
 */

/** 2026-03-01T12:00:00Z in seconds, the time of every test. */
export const now = 1_772_366_400

export interface TestClock extends Clock {
  /** Lets time go by. */
  pass(ms: number): void
}

export function testClock(): TestClock {
  let passed = 0
  return {
    now: () => now * 1000 + passed,
    elapsed: () => 1000 + passed,
    pass(ms) {
      passed += ms
    },
  }
}

export interface TestPair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** Key pairs by JWK type and curve; one RSA key for all, because making them is slow. */
export const pairs = {
  RSA: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'P-384': generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  'P-521': generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  Ed25519: generateKeyPairSync('ed25519'),
} as const satisfies Record<string, TestPair>

export const issuer = 'https://id.example.com'

/** Claims of a token that the rules below accept. */
export const goodClaims = {
  iss: issuer,
  sub: 'alice',
  aud: 'warehouse',
  exp: now + 3600,
  iat: now,
  jti: 'token-1',
  scope: 'list_items',
}

export const rules: JwtRules = {
  algorithms: ['RS256', 'ES256'],
  issuer,
  audience: ['warehouse'],
  expiry: 'required',
}

/** A JWT as jose makes it, with these claims instead of the good ones and these header members on top. */
export function mint(
  claims: object = goodClaims,
  header: Readonly<Record<string, unknown>> = {},
  key: KeyObject | Uint8Array = pairs['P-256'].privateKey,
): Promise<string> {
  const payload = Buffer.from(JSON.stringify(claims))
  return new CompactSign(payload).setProtectedHeader({ alg: 'ES256', ...header }).sign(key)
}

/** A compact JWS whose parts are given as they are; no signature is made. */
export function compact(header: unknown, payload: unknown, signature = ''): string {
  const part = (value: unknown) =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
  return `${part(header)}.${part(payload)}.${signature}`
}

/** The public halves of the pairs, without kid or alg. */
export function publicKeys(...names: (keyof typeof pairs)[]): KeySet {
  return keySet(names.map(name => verificationKey(pairs[name].publicKey, undefined, undefined)))
}
