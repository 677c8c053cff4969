import { isNode, type Node } from '../compile/node.ts'

/** One condition that must be as it is wanted. */
export interface Literal {
  readonly json: unknown
  readonly wanted: boolean
}

const insideOf = (json: unknown, name: string): Node | undefined => {
  const inside = isNode(json) ? json[name] : undefined
  return isNode(inside) ? inside : undefined
}

/** The operands of a chain of `&&` or `||`, which is nested to the left. */
function operandsOf(json: unknown, name: string): readonly unknown[] {
  const operands: unknown[] = []
  let rest = json
  for (let node = insideOf(rest, name); node !== undefined; node = insideOf(rest, name)) {
    operands.push(node.right)
    rest = node.left
  }
  return [...operands, rest].reverse()
}

function partsOf(json: unknown, wanted: boolean, joint: string): readonly Literal[] {
  const negated = insideOf(json, '!')
  if (negated !== undefined) return partsOf(negated.arg, !wanted, joint === '&&' ? '||' : '&&')
  const operands = operandsOf(json, joint)
  if (operands.length === 1) return [{ json, wanted }]
  return operands.flatMap(operand => partsOf(operand, wanted, joint))
}

/** Conditions that all must be as they are wanted for an expression to be true, or false; in the order in which they are judged. */
export const conjunctsOf = (json: unknown, wanted: boolean): readonly Literal[] =>
  partsOf(json, wanted, wanted ? '&&' : '||')

/** Conditions of which one must be as it is wanted for an expression to be true, or false. */
export const disjunctsOf = (json: unknown, wanted: boolean): readonly Literal[] =>
  partsOf(json, wanted, wanted ? '||' : '&&')
