import { Problem, type StageName } from '@sallyport/core'
import type { Passed } from './passed.ts'

/** A Problem with the place where it arose: the stage, the rule, and the last value that the call had become. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly problem: Problem
  readonly stage: StageName
  readonly rule: string | undefined
  readonly passed: Passed | undefined

  constructor(problem: Problem, stage: StageName, rule: string | undefined, passed: Passed | undefined) {
    super(problem.reason, { cause: problem })
    this.problem = problem
    this.stage = stage
    this.rule = rule
    this.passed = passed
  }
}

/** Any error as a Problem: what is not one is a fault of ours and shows nothing. */
function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return new Problem('internal', {}, reason)
}

export function refusalAt(
  error: unknown,
  stage: StageName,
  rule: string | undefined,
  passed: Passed | undefined,
): Refusal {
  return error instanceof Refusal ? error : new Refusal(asProblem(error), stage, rule, passed)
}
