import { type Node, nodeIn, referredTo } from './node.ts'

/** A member that a schema of an object names. */
export interface Member {
  readonly name: string
  readonly schema: Node
  readonly required: boolean
}

/** The members that a schema names, itself or where it refers to; none where it names none. */
export function membersIn(root: Node): readonly Member[] {
  const parts = referredTo(root, root)
  const needed = new Set(parts.flatMap(({ required }) => (Array.isArray(required) ? required : [])))
  return parts
    .flatMap(({ properties = {} }) => Object.entries(Object(properties)))
    .map(([name, of]) => ({ name, schema: nodeIn(of) ?? { not: {} }, required: needed.has(name) }))
}
