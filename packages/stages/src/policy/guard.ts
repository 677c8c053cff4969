import { type AuthorizeGuard, type PolicyVerdict, Problem, type View } from '@sallyport/core'
import type { Decision, Policy } from '@sallyport/policy'
import { type Cedar, judgeOf } from './judge.ts'

const ids = (policies: readonly Policy[]) => policies.map(({ id }) => id).join(', ')

/** Why a call isn't allowed, for the log. */
function reasonOf({ reasons, errors }: Decision): string {
  const erred = errors.map(({ policy, reason }) => `${policy.id} could not be judged: ${reason}`)
  const forbidden = reasons.filter(({ effect }) => effect === 'forbid')
  const told =
    forbidden.length > 0 ? [`forbidden by ${ids(forbidden)}`] : reasons.length === 0 ? ['no permit holds'] : []
  return [...told, ...erred].join('; ')
}

/** A forbid that can't be judged might forbid: what Cedar passes over refuses here. */
const isAllowed = ({ allowed, errors }: Decision) => allowed && errors.every(({ policy }) => policy.effect === 'permit')

function verdictOf(decision: Decision): Omit<PolicyVerdict, 'rule'> {
  const held = decision.reasons.map(({ id }) => id)
  const errors = decision.errors.map(({ policy, reason }) => ({ policy: policy.id, reason }))
  return { allowed: isAllowed(decision), held, ...(errors.length > 0 && { errors }) }
}

/** The guard of a file of policies. Throws PolicyFault where it can't be judged by. */
export function policyGuard(text: string, zone: string, cedar: Cedar): AuthorizeGuard {
  const { decide, notes, faults, names } = judgeOf(text, zone, cedar)
  const decided = new WeakMap<View, Decision>()
  return {
    scopes: [],
    check(view) {
      const decision = decide(view)
      decided.set(view, decision)
      if (!isAllowed(decision)) throw new Problem('policy-refuses', {}, reasonOf(decision))
    },
    notes,
    faults,
    policies: {
      names,
      judged(view) {
        const decision = decided.get(view)
        return decision && verdictOf(decision)
      },
    },
  }
}
