import { isSignature, type KeySource, type VerificationKey } from '@sallyport/tokens'
import { jwsNames } from './algorithms.ts'
import { signatureBase } from './base.ts'
import { BadSignature } from './dictionary.ts'
import type { Message } from './message.ts'
import type { ReadSignature } from './read.ts'

/** The algorithms to try: the one that the signature names, if it is accepted; else all that are. */
function algorithmsFor(alg: string | undefined, accepted: readonly string[]): readonly string[] {
  if (alg === undefined) return accepted
  if (!accepted.includes(alg)) throw new BadSignature(`algorithm ${JSON.stringify(alg).slice(0, 80)} is not accepted`)
  return [alg]
}

interface Try {
  readonly alg: string
  readonly key: VerificationKey
}

/** A key is tried by the algorithms that are its own: what the signature says only chooses among them. */
async function triesFor(read: ReadSignature, keys: KeySource, accepted: readonly string[]): Promise<Try[]> {
  const tries: Try[] = []
  for (const alg of algorithmsFor(read.alg, accepted).flatMap(jwsNames)) {
    for (const key of await keys.find(read.keyid, alg)) tries.push({ alg, key })
  }
  return tries
}

/** RSA keys and Ed25519 keys may be for two algorithms, and four keys may have no name. */
const triesMax = 8

/**
 * What was signed, where one of the keys made the signature by an accepted algorithm. Throws BadSignature, and BadToken `unavailable`
 * where the keys were never obtained.
 */
export async function verifiedBase(
  read: ReadSignature,
  message: Message,
  keys: KeySource,
  accepted: readonly string[],
): Promise<Buffer> {
  const base = signatureBase(read.input, message)
  const tries = await triesFor(read, keys, accepted)
  if (tries.length === 0) throw new BadSignature('no key of that name is known for that algorithm')
  if (tries.slice(0, triesMax).some(({ alg, key }) => isSignature(read.signature, base, alg, key))) return base
  throw new BadSignature('the signature is wrong')
}
