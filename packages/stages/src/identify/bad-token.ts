import { Problem, type ProblemCode } from '@sallyport/core'
import { BadToken, type BadTokenCode } from '@sallyport/tokens'

const codes = {
  malformed: 'credential-bad',
  algorithm: 'credential-bad',
  key: 'credential-bad',
  signature: 'credential-bad',
  claim: 'credential-bad',
  revoked: 'credential-bad',
  canary: 'credential-bad',
  proof: 'proof-bad',
  expired: 'credential-expired',
  'not-yet': 'credential-expired',
} as const satisfies Record<Exclude<BadTokenCode, 'unavailable'>, ProblemCode>

/** A token that isn't accepted, as a problem. `unavailable` is what to say where it can't be known. Other errors stay what they are. */
export const refuseToken =
  (unavailable: 'issuer-unavailable' | 'token-unavailable') =>
  (error: unknown): never => {
    if (!(error instanceof BadToken)) throw error
    const reason = `${error.code}: ${error.reason}`
    const alert = error.code === 'canary' ? 'canary-used' : undefined
    if (error.code !== 'unavailable') throw new Problem(codes[error.code], {}, reason, alert)
    throw new Problem(unavailable, { retryAfter: 5, headers: [['Retry-After', '5']] }, reason)
  }
