import { BadToken } from '../bad-token.ts'
import type { MagicToken } from './verifier.ts'

/** What a genuine token must be to be good here and now. */
export interface MagicRules {
  readonly issuer: string
  /** Ids that aren't good any more; asked on every call. Throws BadToken `unavailable` where they aren't known. */
  readonly isRevoked: (id: string) => boolean
  /** Which nobody may use, by jti. Asked on every call; throws alike. */
  readonly isCanary: (jti: string) => boolean
}

/** How far the clocks of gateways that share keys may differ. It never lengthens a life. */
const leewaySeconds = 60

/** Throws BadToken `proof` where whoever calls doesn't have the key of this thumbprint. */
export type Prove = (jkt: string) => void

const unproved: Prove = () => {
  throw new BadToken('proof', 'it is bound to a key, and nothing here proves that its bearer has it')
}

/**
 * Throws the BadToken that says why a genuine token isn't good now. `now` is milliseconds since the epoch. One that is bound to a key is
 * good only where `prove` says so.
 */
export function judgeMagicToken(token: MagicToken, rules: MagicRules, now: number, prove = unproved): void {
  const { issuer, isRevoked, isCanary } = rules
  if (token.issuer !== issuer) throw new BadToken('claim', `it was issued by ${token.issuer}, not ${issuer}`)
  // Before all else that may be wrong with it: whoever uses an expired one has found it too.
  if (isCanary(token.jti)) throw new BadToken('canary', `${token.jti} is a canary: somebody uses what they found`)
  const revoked = token.ids.find(isRevoked)
  if (revoked !== undefined) throw new BadToken('revoked', `${revoked} is revoked`)
  if (now >= token.exp * 1000) throw new BadToken('expired', `it expired at ${token.exp}`)
  if (now < (token.nbf - leewaySeconds) * 1000) throw new BadToken('not-yet', `nbf is ${token.nbf}`)
  if (now < (token.iat - leewaySeconds) * 1000) throw new BadToken('not-yet', `iat is ${token.iat}`)
  if (token.boundTo !== undefined) prove(token.boundTo)
}
