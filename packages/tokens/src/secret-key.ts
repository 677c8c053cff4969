import { createSecretKey } from 'node:crypto'
import type { Secret } from '@sallyport/core'
import { guessableBits, speaksOfItself } from './guessable.ts'
import { BadKey, type VerificationKey, verificationKey } from './verification-key.ts'

/** Below this estimate a secret is refused. 32 random hexadecimal digits, the least that is usual, come to about 128. */
const neededBits = 96
/** What a text that calls itself a secret must come to: the rest of it has to make up for the phrase. */
const neededBitsOfPhrase = 140
const fewestDistinctBytes = 8

/** Bytes that someone typed or pasted, as text; undefined for those that a generator made. */
function asText(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8')
  return /^[^\p{Cc}\ufffd]*$/u.test(text) ? text : undefined
}

/**
 * A BadKey for an HMAC secret that can be guessed: whoever has seen one token can try secrets at home, millions a second
 * (RFC 8725 section 3.5). A secret that looks random but was published somewhere can't be known here.
 */
export function refuseWeakSecret(bytes: Buffer): void {
  const text = asText(bytes)
  const needed = text !== undefined && speaksOfItself(text) ? neededBitsOfPhrase : neededBits
  if (new Set(bytes).size < fewestDistinctBytes || (text !== undefined && guessableBits(text) < needed)) {
    throw new BadKey('a secret that can be guessed: make one with `openssl rand -base64 48`')
  }
}

/**
 * The text of a secret as the key of one HMAC algorithm (its UTF-8 bytes, as they are). A BadKey where it is shorter than the
 * hash (RFC 7518 section 3.2), or guessable and not said to be allowed.
 */
export function secretKey(secret: Secret, alg: string, weak: 'refused' | 'allowed' = 'refused'): VerificationKey {
  const bytes = Buffer.from(secret.reveal(), 'utf8')
  const key = verificationKey(createSecretKey(bytes), undefined, alg)
  if (weak === 'refused') refuseWeakSecret(bytes)
  return key
}
