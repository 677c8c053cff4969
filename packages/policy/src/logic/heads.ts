import { isList, isNode, listOf, type Node, nodeOf } from '../compile/node.ts'
import type { Part } from '../compile/scope.ts'
import { conjunctsOf, type Literal } from './literals.ts'

const named = (entity: unknown) => ({ Value: { __entity: entity } })

const amongOf = (node: Node) => (isList(node.entities) ? { Set: node.entities.map(named) } : named(node.entity))

/** What a part of a policy's head asks, as expressions. */
const expressions: Readonly<Record<string, (left: Node, scope: Node) => Node>> = {
  '==': (left, scope) => ({ '==': { left, right: amongOf(scope) } }),
  in: (left, scope) => ({ in: { left, right: amongOf(scope) } }),
  is: (left, { entity_type, in: range }) => ({
    is: { left, entity_type, ...(isNode(range) && { in: amongOf(range) }) },
  }),
}

function headOf(policy: Node, part: Part): readonly Literal[] {
  const scope = nodeOf(policy[part])
  const make = typeof scope.op === 'string' && Object.hasOwn(expressions, scope.op) ? expressions[scope.op] : undefined
  return make === undefined ? [] : [{ json: make({ Var: part }, scope), wanted: true }]
}

const bodyOf = (json: unknown): readonly Literal[] => {
  const { kind, body } = nodeOf(json)
  return conjunctsOf(body, kind === 'when')
}

/** All that must be as it is wanted for a policy to hold: what its head asks of these parts, and its conditions. */
export function conditionsOf(json: unknown, parts: readonly Part[]): readonly Literal[] {
  const policy = nodeOf(json)
  return [...parts.flatMap(part => headOf(policy, part)), ...listOf(policy.conditions).flatMap(bodyOf)]
}
