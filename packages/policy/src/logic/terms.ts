import { compileExpression } from '../compile/expression.ts'
import { isList, isNode } from '../compile/node.ts'
import { EvaluationError } from '../evaluation-error.ts'
import type { Question } from '../question.ts'
import { EntityUid } from '../values/entity-uid.ts'
import type { Value } from '../values/value.ts'

const nobody = new EntityUid('', '')
const nothing: Question = {
  ...{ principal: nobody, action: nobody, resource: nobody },
  context: new Map(),
  entities: { find: () => undefined },
}

/** `principal.office` as `principal`, `office`; a variable by itself as its name. Undefined for what is no member of a variable. */
function pathOf(json: unknown): readonly string[] | undefined {
  if (!isNode(json)) return undefined
  if (typeof json.Var === 'string') return [json.Var]
  const member = json['.']
  if (!isNode(member) || typeof member.attr !== 'string') return undefined
  const above = pathOf(member.left)
  return above === undefined ? undefined : [...above, member.attr]
}

/** `principal has a.b` as `principal`, `a`, `b`; undefined for what doesn't ask for a member of a variable. */
function askedPath(json: unknown): readonly string[] | undefined {
  const has = isNode(json) ? json.has : undefined
  const above = isNode(has) ? pathOf(has.left) : undefined
  if (!isNode(has) || above === undefined) return undefined
  const names = isList(has.attr) ? has.attr : [has.attr]
  return [...above, ...names.filter(name => typeof name === 'string')]
}

const namesVariable = (json: unknown): boolean => {
  if (isList(json)) return json.some(namesVariable)
  return isNode(json) && (typeof json.Var === 'string' || Object.values(json).some(namesVariable))
}

/** The value of an expression that is the same on every question; undefined where it is none, or an error. */
function constantOf(json: unknown): Value | undefined {
  if (namesVariable(json)) return undefined
  try {
    return compileExpression(json)(nothing)
  } catch (error) {
    if (error instanceof EvaluationError) return undefined
    throw error
  }
}

/** What an expression is made of: members of variables, values that stand there, and types of entities that are asked for. */
export interface Terms {
  readonly paths: readonly (readonly string[])[]
  readonly constants: readonly Value[]
  readonly types: readonly string[]
}

const none: Terms = { paths: [], constants: [], types: [] }

const joined = (all: readonly Terms[]): Terms => ({
  paths: all.flatMap(({ paths }) => paths),
  constants: all.flatMap(({ constants }) => constants),
  types: all.flatMap(({ types }) => types),
})

/** A text that a pattern takes. */
const takenBy = (pattern: readonly unknown[]) =>
  pattern.map(part => (isNode(part) && typeof part.Literal === 'string' ? part.Literal : '')).join('')

function operandTerms(inside: unknown): readonly Terms[] {
  if (isList(inside)) return inside.map(termsOf)
  if (!isNode(inside)) return []
  const { pattern, entity_type: type, attr: _, ...operands } = inside
  return [
    ...Object.values(operands).map(termsOf),
    ...(isList(pattern) ? [{ ...none, constants: [takenBy(pattern)] }] : []),
    ...(typeof type === 'string' ? [{ ...none, types: [type] }] : []),
  ]
}

export function termsOf(json: unknown): Terms {
  if (!isNode(json)) return none
  const path = pathOf(json) ?? askedPath(json)
  if (path !== undefined) return { ...none, paths: [path] }
  const value = constantOf(json)
  if (value !== undefined) return { ...none, constants: [value] }
  return joined(Object.values(json).flatMap(operandTerms))
}
