import { isNode } from '../compile/node.ts'
import { conjunctsOf, disjunctsOf, type Literal } from './literals.ts'

function partsOf({ json, wanted }: Literal): readonly Literal[] {
  const conjuncts = conjunctsOf(json, wanted)
  if (conjuncts.length > 1) return conjuncts
  const disjuncts = disjunctsOf(json, wanted)
  if (disjuncts.length > 1) return disjuncts
  const choice = isNode(json) ? json['if-then-else'] : undefined
  return isNode(choice) ? [choice.if, choice.then, choice.else].map(part => ({ json: part, wanted })) : []
}

/** Conditions that are not made of others, of which one is made. */
export function atomsOf(literal: Literal): readonly Literal[] {
  const parts = partsOf(literal)
  return parts.length === 0 ? [literal] : parts.flatMap(atomsOf)
}
