import { inJson, type Node, nodeIn, nodesIn, referredTo, typeOf, valueAt } from './node.ts'

/** How deep members are looked at to tell alternatives apart: what does is the type, or a constant, of a direct one. */
const depthMax = 1

const isPlain = (value: unknown) => typeof value !== 'object' || value === null

function hasType({ type }: Node, value: unknown): boolean {
  if (type === undefined) return true
  const types = [type].flat()
  return types.includes(typeOf(value)) || (types.includes('integer') && Number.isInteger(value))
}

/** Whether a value can be of an alternative, by types, constants and the members that it must have. It was found to be of one of them. */
export function mayBe(node: Node, value: unknown, root: Node, depth = depthMax): boolean {
  return referredTo(node, root).every(part => {
    if (!hasType(part, value)) return false
    if ('const' in part && isPlain(part.const) && part.const !== value) return false
    if (Array.isArray(part.enum) && isPlain(value) && !part.enum.includes(value)) return false
    if (!nodesIn(part.allOf).every(each => mayBe(each, value, root, depth))) return false
    for (const choices of [nodesIn(part.anyOf), nodesIn(part.oneOf)])
      if (choices.length > 0 && !choices.some(each => mayBe(each, value, root, depth))) return false
    return typeof value !== 'object' || value === null || hasMembers(part, value, root, depth)
  })
}

function hasMembers({ required, properties }: Node, value: object, root: Node, depth: number): boolean {
  const missing = Array.isArray(required) && required.some(name => valueAt(value, String(name)) === undefined)
  if (missing || depth === 0) return !missing
  return Object.entries(nodeIn(properties) ?? {}).every(([name, of]) => {
    const [member, node] = [inJson(valueAt(value, name)), nodeIn(of)]
    return member === undefined || (node !== undefined && mayBe(node, member, root, depth - 1))
  })
}
