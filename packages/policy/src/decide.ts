import type { Policy } from './compile/policy.ts'
import { slicing } from './compile/slices.ts'
import { EvaluationError } from './evaluation-error.ts'
import type { Question } from './question.ts'

/** A policy that could not be evaluated, and why. */
export interface PolicyError {
  readonly policy: Policy
  readonly reason: string
}

export interface Decision {
  readonly allowed: boolean
  /** The policies that decided: forbids where one was satisfied, else permits. */
  readonly reasons: readonly Policy[]
  readonly errors: readonly PolicyError[]
}

/** Decides as Cedar does: what no permit allows, or a forbid denies, isn't allowed. Policies that err count for nothing. */
export function deciding(policies: readonly Policy[]): (question: Question) => Decision {
  const candidates = slicing(policies)
  return question => {
    const permits: Policy[] = []
    const forbids: Policy[] = []
    const errors: PolicyError[] = []
    for (const policy of candidates(question)) {
      try {
        if (policy.holds(question)) (policy.effect === 'permit' ? permits : forbids).push(policy)
      } catch (error) {
        if (!(error instanceof EvaluationError)) throw error
        errors.push({ policy, reason: error.message })
      }
    }
    const denied = forbids.length > 0
    return { allowed: !denied && permits.length > 0, reasons: denied ? forbids : permits, errors }
  }
}
