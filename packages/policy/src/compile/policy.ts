import type { Question } from '../question.ts'
import { Uncertainty } from '../uncertainty.ts'
import { bool } from '../values/expected.ts'
import { compileExpression } from './expression.ts'
import { listOf, nodeOf } from './node.ts'
import { fitting, type Part, type Scope, scopeOf } from './scope.ts'

export interface Policy {
  readonly id: string
  readonly effect: 'permit' | 'forbid'
  readonly scopes: Readonly<Record<Part, Scope>>
  /** Whether it is satisfied. Throws EvaluationError where that can't be said. */
  readonly holds: (question: Question) => boolean
}

type Condition = (question: Question) => boolean

const required: Readonly<Record<string, boolean>> = { when: true, unless: false }

function conditionOf(json: unknown): Condition {
  const { kind, body } = nodeOf(json)
  if (typeof kind !== 'string' || !Object.hasOwn(required, kind)) throw new Uncertainty('a condition is when or unless')
  const evaluate = compileExpression(body)
  const wanted = required[kind]
  return question => bool(evaluate(question)) === wanted
}

/** A policy of Cedar's JSON form, compiled. Throws Uncertainty for what it can't be certain of, PolicyFault for what can't be judged by. */
export function compilePolicy(id: string, json: unknown): Policy {
  const { effect, principal, action, resource, conditions } = nodeOf(json)
  if (effect !== 'permit' && effect !== 'forbid') throw new Uncertainty('a policy permits or forbids')
  const scopes = { principal: scopeOf(principal), action: scopeOf(action), resource: scopeOf(resource) }
  const heads = [
    fitting(scopes.principal, 'principal'),
    fitting(scopes.action, 'action'),
    fitting(scopes.resource, 'resource'),
  ]
  const all = [...heads.filter(head => head !== undefined), ...listOf(conditions).map(conditionOf)]
  return {
    id,
    effect,
    scopes,
    holds(question) {
      for (const condition of all) if (!condition(question)) return false
      return true
    },
  }
}
