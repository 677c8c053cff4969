import { hkdfSync, randomBytes } from 'node:crypto'
import type { Secret } from '@sallyport/core'
import { secretKey } from '@sallyport/tokens'
import { z } from 'zod'
import { declared } from './declared.ts'
import { goodKey } from './good-key.ts'
import { secretOption } from './secret-option.ts'

/** What keys are derived from; of several the first makes, and all verify. */
export type AppSecret = Secret | string | readonly (Secret | string)[]

/** Keys by purpose: none of them tells anything of another. */
export interface DerivedKeys {
  /** What makes, and verifies. */
  readonly derivedKey: (purpose: string) => Uint8Array
  /** What verifies still. */
  readonly formerKeys: (purpose: string) => readonly Uint8Array[]
}

const keyBytes = 32

const options = z.union([secretOption.transform(one => [one]), z.array(secretOption).min(1, 'needs a secret')])

/** Bytes of a secret that is long enough and can't be guessed, judged as those that sign tokens are. */
function bytesOf(secret: Secret): Uint8Array {
  goodKey('secret', () => secretKey(secret, 'HS256'))
  return Buffer.from(secret.reveal(), 'utf8')
}

/** Keys of the secrets (HKDF with SHA-256, RFC 5869), or as old as the process where there are none. Throws TypeError. */
export function derivedKeys(secret: AppSecret | undefined): DerivedKeys {
  const [first = randomBytes(keyBytes), ...former] =
    secret === undefined ? [] : declared('secret', options, secret).map(bytesOf)
  const derived = (from: Uint8Array, purpose: string) => new Uint8Array(hkdfSync('sha256', from, '', purpose, keyBytes))
  return {
    derivedKey: purpose => derived(first, purpose),
    formerKeys: purpose => former.map(from => derived(from, purpose)),
  }
}
