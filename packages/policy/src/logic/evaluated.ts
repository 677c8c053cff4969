import { compileExpression } from '../compile/expression.ts'
import { isList, isNode } from '../compile/node.ts'
import { EvaluationError } from '../evaluation-error.ts'
import type { Question } from '../question.ts'
import { Uncertainty } from '../uncertainty.ts'
import { EntityUid } from '../values/entity-uid.ts'
import type { Value } from '../values/value.ts'

const nobody = new EntityUid('', '')
const nothing: Question = {
  ...{ principal: nobody, action: nobody, resource: nobody },
  context: new Map(),
  entities: { find: () => undefined },
}

/** Whether an expression asks a question's variables. */
export function namesVariable(json: unknown): boolean {
  if (isList(json)) return json.some(namesVariable)
  return isNode(json) && (typeof json.Var === 'string' || Object.values(json).some(namesVariable))
}

/** Whether an expression names an entity, of which it may ask anything. */
export function namesEntity(json: unknown): boolean {
  if (isList(json)) return json.some(namesEntity)
  return isNode(json) && (Object.hasOwn(json, '__entity') || Object.values(json).some(namesEntity))
}

/** What an expression comes to; `unknown` where the compiler can't tell. */
export type Evaluated = { readonly is: 'value'; readonly value: Value } | { readonly is: 'error' | 'unknown' }

/** What an expression comes to that asks no variable, where there are no entities. */
export function evaluated(json: unknown): Evaluated {
  try {
    return { is: 'value', value: compileExpression(json)(nothing) }
  } catch (error) {
    if (error instanceof EvaluationError) return { is: 'error' }
    if (error instanceof Uncertainty) return { is: 'unknown' }
    throw error
  }
}
