import type { Call } from '@sallyport/core'
import { BadToken, verifyProof } from '@sallyport/tokens'
import type { MagicTokens } from '../ports.ts'

/** What a proof is judged with. */
interface ProofSetting {
  /** How callers reach this gateway, without a slash at its end. */
  readonly url: string
  readonly isFirstUse: MagicTokens['isFirstUse']
  /** Whether the token stands in Authorization, where its scheme says that a proof comes along. */
  readonly inAuthorization: boolean
}

const bad = (reason: string) => new BadToken('proof', reason)

const isDpop = ({ headers }: Call) => /^dpop /i.test(headers.get('authorization') ?? '')

function proofIn({ headers }: Call): string {
  const [proof, more] = headers.all('dpop')
  if (proof === undefined) throw bad('the token is bound to a key, and no DPoP field proves it')
  if (more !== undefined) throw bad('there are several DPoP fields')
  return proof
}

/** A token without a key that comes as DPoP is refused (RFC 9449 section 7.1). Throws BadToken `proof`. */
export function refuseDpop(call: Call, { inAuthorization }: ProofSetting): void {
  if (inAuthorization && isDpop(call)) throw bad('it comes as DPoP and is bound to no key')
}

/**
 * A token that is bound to a key is good only from whoever proves that they have it, for each call anew (RFC 9449 section 7.1); as
 * Bearer it is refused (section 7.2). Throws BadToken `proof`.
 */
export function requireProof(jkt: string, token: string, call: Call, setting: ProofSetting): void {
  if (setting.inAuthorization && !isDpop(call)) throw bad('it is bound to a key and comes without DPoP')
  const { method, target, at } = call
  const proof = verifyProof(proofIn(call), { method, url: setting.url + target.path, token, jkt }, at)
  if (!setting.isFirstUse(proof.id, proof.until, at)) throw bad('the DPoP proof was used before')
}
