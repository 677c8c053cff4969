import type { PolicyCondition, PolicyReport } from '@sallyport/core'
import { compileExpression } from '../compile/expression.ts'
import type { Evaluate } from '../compile/forms.ts'
import { EvaluationError } from '../evaluation-error.ts'
import { expressionText } from '../logic/expression-text.ts'
import { conditionsOf } from '../logic/heads.ts'
import type { Literal } from '../logic/literals.ts'
import { termsOf } from '../logic/terms.ts'
import { UnknownFact } from '../partly/unknown-fact.ts'
import type { Question } from '../question.ts'
import { valueText } from '../values/value-text.ts'

/** What an expression came to. */
type Outcome =
  | { readonly state: 'value'; readonly value: ReturnType<Evaluate> }
  | { readonly state: 'error' | 'unknown'; readonly reason: string }

function outcomeOf(evaluate: Evaluate, question: Question): Outcome {
  try {
    return { state: 'value', value: evaluate(question) }
  } catch (error) {
    if (error instanceof EvaluationError) return { state: 'error', reason: error.message }
    if (error instanceof UnknownFact) return { state: 'unknown', reason: error.message }
    throw error
  }
}

/** A member of a variable as it is read. */
interface Member {
  readonly of: string
  readonly evaluate: Evaluate
}

const written = (path: readonly string[]): unknown =>
  path.slice(1).reduce<unknown>((left, attr) => ({ '.': { left, attr } }), { Var: path[0] })

function membersOf({ json }: Literal): readonly Member[] {
  const texts = new Map(termsOf(json).paths.map(path => [JSON.stringify(path), written(path)]))
  return [...texts.values()].map(member => ({ of: expressionText(member), evaluate: compileExpression(member) }))
}

function valueIn({ of, evaluate }: Member, question: Question): PolicyCondition['values'] {
  const outcome = outcomeOf(evaluate, question)
  if (outcome.state === 'unknown') return []
  return [{ of, is: outcome.state === 'value' ? valueText(outcome.value) : null }]
}

/** One condition of a policy, ready to be told. */
export interface Condition {
  readonly literal: Literal
  /** That of a policy which can't be taken apart. */
  readonly isWhole?: boolean
  tell(question: Question): PolicyCondition
}

function conditionOf(literal: Literal): Condition {
  const { json, wanted } = literal
  const text = wanted ? expressionText(json) : expressionText({ '!': { arg: json } })
  const evaluate = compileExpression(json)
  const members = membersOf(literal)
  return {
    literal,
    tell(question) {
      const outcome = outcomeOf(evaluate, question)
      const values = members.flatMap(member => valueIn(member, question))
      if (outcome.state !== 'value') return { text, ...outcome, values }
      if (typeof outcome.value !== 'boolean')
        return { text, state: 'error', reason: 'it is neither true nor false', values }
      return { text, state: outcome.value === wanted ? 'true' : 'false', values }
    },
  }
}

/** A policy that can't be taken apart, as one condition. What it depends on isn't known. */
export const wholeCondition = (text: string, holds: Evaluate): Condition => ({
  literal: { json: { Value: true }, wanted: true },
  isWhole: true,
  tell(question) {
    const outcome = outcomeOf(holds, question)
    if (outcome.state !== 'value') return { text, ...outcome, values: [] }
    return { text, state: outcome.value === true ? 'true' : 'false', values: [] }
  },
})

/** What can't be told of one that stands behind another that isn't true says nothing. */
function reached(conditions: readonly PolicyCondition[]): PolicyCondition[] {
  const first = conditions.findIndex(({ state }) => state !== 'true')
  return conditions.map((condition, i) =>
    i > first && first >= 0 && condition.state === 'error'
      ? { text: condition.text, state: 'not reached', values: condition.values }
      : condition,
  )
}

const states = {
  true: 'held',
  false: 'not held',
  error: 'error',
  unknown: 'unknown',
  'not reached': 'not held',
} as const

export const conditionsIn = (json: unknown): readonly Condition[] => conditionsOf(json, ['principal']).map(conditionOf)

/** What one policy made of a question, whose operation and resource it fits. */
export function reportOf(
  { id, effect }: Pick<PolicyReport, 'id' | 'effect'>,
  conditions: readonly Condition[],
  question: Question,
): PolicyReport {
  const told = reached(conditions.map(condition => condition.tell(question)))
  const first = told.find(({ state }) => state !== 'true')
  // What is unknown behind a condition that is false changes nothing.
  return { id, effect, state: states[first?.state ?? 'true'], conditions: told }
}
