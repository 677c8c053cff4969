import type { Secret } from '@sallyport/core'
import { dummyHash, verifyPassword } from './password.ts'
import { createWorkQueue } from './work-queue.ts'

/** Checks passwords, so many at a time. */
export interface PasswordChecker {
  /**
   * Whether this is the password of the kept PHC string. Undefined, for a name that nobody has, takes as long and is false.
   * Rejects with WorkQueueFull where too many are being checked.
   */
  check(kept: string | undefined, password: Secret): Promise<boolean>
}

/** A checker of its own queue. `like` is a PHC string of the cost that most users have; the usual cost unless given. */
export function createPasswordChecker(size: {
  readonly running: number
  readonly waiting: number
  readonly like?: string | undefined
}): PasswordChecker {
  const queue = createWorkQueue(size)
  const dummy = dummyHash(size.like)
  return { check: (kept, password) => queue.run(() => verifyPassword(kept ?? dummy, password)) }
}
