import { onceEach } from '@sallyport/core'
import { isList, isNode, type Node } from '../compile/node.ts'
import type { Value } from '../values/value.ts'
import { evaluated, namesVariable } from './evaluated.ts'

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

/** A member of a variable, as it is read or asked for; undefined for what is neither. */
export const memberPath = (json: unknown): readonly string[] | undefined => pathOf(json) ?? askedPath(json)

/** The value of an expression that is the same on every question; undefined where it is none, or an error. */
function constantOf(json: unknown): Value | undefined {
  const outcome = namesVariable(json) ? undefined : evaluated(json)
  return outcome?.is === 'value' ? outcome.value : undefined
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

function found(json: Node): Terms {
  const path = memberPath(json)
  if (path !== undefined) return { ...none, paths: [path] }
  const value = constantOf(json)
  if (value !== undefined) return { ...none, constants: [value] }
  return joined(Object.values(json).flatMap(operandTerms))
}

const foundOnce = onceEach(found)

export const termsOf = (json: unknown): Terms => (isNode(json) ? foundOnce(json) : none)
