import { createPublicKey, type KeyObject } from 'node:crypto'
import { BadToken } from '../bad-token.ts'
import type { SignWith } from '../signature.ts'
import { thumbprint } from '../signing-key.ts'
import { joinToken, splitToken } from './chain.ts'
import { endOf } from './chain-end.ts'
import { readScalar } from './confirmation.ts'

/** A token as it goes out with a proof, and what the proof is made with. */
export interface Provable {
  readonly token: string
  readonly signer: SignWith
}

/**
 * A token that is bound to a key, with that key, which `own` must be; or one that ends with its key, as bound to it: so the key
 * itself doesn't go out. Throws BadToken where there is nothing to prove, or not with that key.
 */
export function provable(token: string, own: KeyObject | undefined): Provable {
  const { root, parts, tail } = splitToken(token)
  const { key } = endOf(root, parts)
  if (tail?.kind === 'key') {
    if (own !== undefined) throw new BadToken('key', 'it ends with its key, and needs no other')
    const { alg, privateKey } = readScalar(tail.scalar, key)
    return { token: joinToken({ root, parts, tail: { kind: 'dpop' } }), signer: { alg, key: privateKey } }
  }
  if (tail?.kind !== 'dpop') throw new BadToken('claim', 'it is bound to no key')
  if (own === undefined) throw new BadToken('key', 'it is bound to a key that is not in it')
  if (thumbprint(createPublicKey(own)) !== thumbprint(key.key.key))
    throw new BadToken('key', 'it is bound to another key than this one')
  return { token, signer: { alg: key.alg, key: own } }
}
