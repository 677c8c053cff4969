import { type AuthorizeGuard, after, type Json, type PolicyVerdict, Problem, type View } from '@sallyport/core'
import type { Decision, Policy } from '@sallyport/policy'
import { answererFor } from './answered.ts'
import { explainerFor } from './explainer.ts'
import { type Cedar, type Judge, type JudgeSetting, judgeOf } from './judge.ts'
import { lackedBy } from './lacked.ts'

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

/** What decides: forbids that hold or can't be judged; where there are none, the permits that hold. */
function decidingIn(decision: Decision): readonly Policy[] {
  const { reasons, errors } = decision
  if (isAllowed(decision)) return reasons
  return [...reasons, ...errors.map(({ policy }) => policy)].filter(({ effect }) => effect === 'forbid')
}

function guardBy(judge: Judge): AuthorizeGuard {
  const { policies, ask, decideOn, readsBody, needs, notes, faults, names } = judge
  const lacked = lackedBy(judge, isAllowed)
  const decided = new WeakMap<View, Decision>()
  const judgeBy = (view: View, body: Json | undefined): void => {
    const question = ask(view, body)
    const decision = decideOn(question)
    decided.set(view, decision)
    if (!isAllowed(decision)) throw new Problem('policy-refuses', lacked(view, question), reasonOf(decision))
  }
  return {
    scopes: [],
    needs,
    check: (view, site) =>
      readsBody(view) ? after(site.body?.(view), body => judgeBy(view, body)) : judgeBy(view, undefined),
    notes,
    faults,
    policies: {
      names,
      judged(view) {
        const decision = decided.get(view)
        return decision && verdictOf(decision)
      },
      explain: explainerFor(judge, isAllowed),
      answer: answererFor(judge),
      source: judge.source,
    },
    parts: {
      all: policies.map(({ id, effect }) => ({ id, permits: effect === 'permit' })),
      deciding(view) {
        const decision = decided.get(view)
        return decision === undefined ? [] : decidingIn(decision).map(({ id }) => id)
      },
      without: id => guardBy(judge.without(id)),
    },
  }
}

/** The guard of a file of policies. Throws PolicyFault where it can't be judged by. */
export const policyGuard = (text: string, setting: JudgeSetting, cedar: Cedar): AuthorizeGuard =>
  guardBy(judgeOf(text, setting, cedar))
