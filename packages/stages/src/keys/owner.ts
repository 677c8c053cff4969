import { after, type Principal } from '@sallyport/core'
import type { KeySource, VerificationKey } from '@sallyport/tokens'
import { z } from 'zod'
import { BadSignature } from '../signatures/dictionary.ts'

/** Whose key it must be; anybody's where it isn't told. */
export const owner = z
  .enum(['application', 'user'])
  .optional()
  .describe("Whose key it must be: the one that is called as the caller's application or user is.")

type Owner = z.output<typeof owner>

/** Only keys that bear the name themselves: those without one, as PEM has them, could be anybody's. */
function called(name: string, keys: KeySource): KeySource {
  const own = (found: readonly VerificationKey[]) => found.filter(({ kid }) => kid === name)
  return {
    version: () => keys.version(),
    find: (kid, alg) => (kid === undefined || kid === name ? after(keys.find(name, alg), own) : []),
  }
}

/** The keys that may have made the caller's signature. Throws BadSignature where the caller has no name. */
export function keysOf(of: Owner, principal: Principal, keys: KeySource): KeySource {
  if (of === undefined) return keys
  const name = principal[of]?.subject
  if (name === undefined) throw new BadSignature(`the caller has no ${of}`)
  return called(name, keys)
}
