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

const reasonOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error))

/** An error that is no Problem: a fault of ours, which shows nothing by itself. */
export class Fault extends Problem {
  readonly error: unknown

  constructor(error: unknown) {
    super('internal', {}, reasonOf(error))
    this.error = error
  }
}

const asProblem = (error: unknown): Problem => (error instanceof Problem ? error : new Fault(error))

export function refusalAt(
  error: unknown,
  stage: StageName,
  rule: string | undefined,
  passed: Passed | undefined,
): Refusal {
  return error instanceof Refusal ? error : new Refusal(asProblem(error), stage, rule, passed)
}
