import { type Principal, Problem } from '@sallyport/core'
import { type KeySource, recipientAlgorithms, type VerificationKey } from '@sallyport/tokens'
import { z } from 'zod'
import { orUnavailable } from '../keys/unavailable.ts'

const kid = z.string().min(1)

/** For whom: whoever has the key that is called as the caller's application is, or the keys of these names. */
export const recipients = z.union([z.literal('application'), z.array(kid).min(1).max(8)])
export type Recipients = z.output<typeof recipients>

/** For one alone. */
export const recipient = z.union([z.literal('application'), z.tuple([kid])])

async function keyOf(keys: KeySource, kid: string): Promise<VerificationKey> {
  for (const alg of recipientAlgorithms) {
    const [found] = await keys.find(kid, alg)
    if (found !== undefined) return found
  }
  throw new Problem('recipient-unknown', {}, `there is no key ${JSON.stringify(kid).slice(0, 100)} to encrypt with`)
}

function namesOf(wanted: Recipients, { application }: Principal): readonly string[] {
  if (wanted !== 'application') return wanted
  if (application === undefined)
    throw new Problem('recipient-unknown', {}, 'the caller is no application, whose key it would be')
  return [application.subject]
}

/** The keys to encrypt with. Throws Problem `recipient-unknown`, `keys-unavailable`. */
export async function keysFor(
  wanted: Recipients,
  principal: Principal,
  keys: KeySource,
): Promise<readonly VerificationKey[]> {
  try {
    return await Promise.all(namesOf(wanted, principal).map(name => keyOf(keys, name)))
  } catch (error) {
    throw orUnavailable(error)
  }
}
