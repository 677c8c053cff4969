import { createHmac } from 'node:crypto'
import type { Call, Principal, TriedRule } from '@sallyport/core'
import { keyOf } from '../limit/per.ts'
import type { StagePorts } from '../ports.ts'

/** Whether a rule that is tried is enforced for who calls. */
export type IsEnforced = (of: { readonly call: Call; readonly principal: Principal }) => boolean

/** Of a hash, as many bytes as make a whole number that is told exactly. */
const bytes = 6
const most = 2 ** (8 * bytes)

/** By the name that the caller's issuer gives it, else its credential, else its address. */
const callerKey = keyOf('user')

const nobody: IsEnforced = () => false

/**
 * Chooses callers by a keyed hash, so that none of them can reckon out a name by which it falls outside; the rule's own name is hashed
 * with theirs, so that not the same callers meet every rule first. A larger share has all callers of a smaller one.
 */
export function sharing(
  { trial, owner, name }: Pick<TriedRule<StagePorts, unknown>, 'trial' | 'owner' | 'name'>,
  { derivedKey }: Pick<StagePorts, 'derivedKey'>,
): IsEnforced {
  if (trial.share === 0) return nobody
  const key = derivedKey('callers for whom rules on trial are enforced')
  const rule = JSON.stringify([owner, name])
  const bound = trial.share * most
  let last = { caller: '', isIn: false }
  return ({ call, principal }) => {
    const caller = callerKey(call, principal)
    if (caller === last.caller) return last.isIn
    const hashed = createHmac('sha256', key).update(`${rule}\0${caller}`).digest()
    last = { caller, isIn: hashed.readUIntBE(0, bytes) < bound }
    return last.isIn
  }
}
