import type { JsonWebKey } from 'node:crypto'
import { BadToken } from '../bad-token.ts'
import type { JsonObject } from '../jws.ts'
import { signJwt } from '../mint.ts'
import { joinToken, linkOf, splitToken, type Tail } from './chain.ts'
import { endOf } from './chain-end.ts'
import { BadConstraint, tryPart } from './claims.ts'
import { type NewConfirmation, newConfirmation, readScalar } from './confirmation.ts'
import { typ } from './form.ts'
import { onlyConstraints } from './mint.ts'

/** What a narrower token shall be. */
export interface Narrowing {
  /** `allowed`, `permit`, `rate`, `ip`, `time`, as they are written. */
  readonly constraints: JsonObject
  /** Seconds since the epoch. */
  readonly exp?: number | undefined
  readonly nbf?: number | undefined
}

const sealed = (last: string, { alg, privateKey }: NewConfirmation) =>
  signJwt({ v: 1, prev: linkOf(last) }, { alg, key: privateKey }, typ.seal)

/** What a narrower token ends with, and the private half of its last key. */
type MakeTail = (last: string, next: NewConfirmation) => Tail

/**
 * A token that can do no more than this one and, beyond that, only what the constraints leave. It takes the token alone: no key of
 * the gateway, no network. Throws BadToken where it can't be narrowed, BadConstraint where it can't be narrowed like this.
 */
function narrowWith(
  token: string,
  { exp, nbf, constraints }: Narrowing,
  next: NewConfirmation,
  makeTail: MakeTail,
): string {
  const { root, parts, tail } = splitToken(token)
  const { span, key } = endOf(root, parts)
  if (tail?.kind === 'dpop') throw new BadToken('claim', 'it is bound to a key: nobody can narrow it')
  if (tail?.kind !== 'key') throw new BadToken('claim', 'it is sealed: nobody can narrow it')
  const { alg, privateKey } = readScalar(tail.scalar, key)
  const claims = {
    ...{ v: 1, prev: linkOf(parts.at(-1) ?? root), cnf: { jwk: next.jwk } },
    ...(exp !== undefined && { exp }),
    ...(nbf !== undefined && { nbf }),
    ...onlyConstraints(constraints),
  }
  const read = tryPart(claims)
  if (read.exp !== undefined && read.exp > span.exp) throw new BadConstraint('exp', 'is after the end of the token')
  if (read.nbf !== undefined && read.nbf < span.nbf)
    throw new BadConstraint('nbf', 'is before the beginning of the token')
  const part = signJwt(claims, { alg, key: privateKey }, typ.part)
  const made = joinToken({ root, parts: [...parts, part], tail: makeTail(part, next) })
  // What no gateway would take isn't made.
  splitToken(made)
  return made
}

const keyTail: MakeTail = (_, { scalar }) => ({ kind: 'key', scalar })
const sealTail: MakeTail = (last, next) => ({ kind: 'seal', jws: sealed(last, next) })

/** A narrower token; nobody can narrow it further where it is sealed. Throws as `narrowWith` does. */
export function narrowMagicToken(token: string, narrowing: Narrowing & { readonly seal: boolean }): string {
  return narrowWith(token, narrowing, newConfirmation(), narrowing.seal ? sealTail : keyTail)
}

/** A narrower token that is good only with proofs by a fresh key, the private half of which comes along. */
export function bindMagicToken(
  token: string,
  narrowing: Narrowing,
): { readonly token: string; readonly key: JsonWebKey } {
  const next = newConfirmation()
  const made = narrowWith(token, narrowing, next, () => ({ kind: 'dpop' }))
  return { token: made, key: next.privateKey.export({ format: 'jwk' }) }
}
