import { randomBytes } from 'node:crypto'
import { Secret } from '@sallyport/core'
import { refuseBusy } from '@sallyport/stages'
import { createPasswordChecker, hashPassword as hashed, requireArgon2 } from '@sallyport/tokens'

const secretOf = (password: Secret | string) => (typeof password === 'string' ? new Secret(password) : password)

/** What is kept of a password: a PHC string of argon2id. The same password twice gives two of them. */
export const hashPassword = (password: Secret | string): Promise<string> => hashed(secretOf(password), randomBytes)

/** Checks passwords, so many at a time. */
export interface Passwords {
  /**
   * Whether this is the password that was kept. Undefined, for a name that nobody has, takes as long and is false. Rejects with Problem
   * `overloaded` where too many are being checked.
   */
  check(kept: string | undefined, password: Secret | string): Promise<boolean>
}

/** A checker of its own: at most `running` at once and `waiting` behind them. */
export function passwords({
  running = 2,
  waiting = 64,
}: {
  readonly running?: number
  readonly waiting?: number
} = {}): Passwords {
  requireArgon2('passwords')
  const checker = createPasswordChecker({ running, waiting })
  return { check: (kept, password) => checker.check(kept, secretOf(password)).catch(refuseBusy) }
}
