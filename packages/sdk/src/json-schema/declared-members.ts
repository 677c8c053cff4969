import { mayBe } from './choice.ts'
import { inJson, type Node, nodeIn, nodesIn, referredTo, typeOf, typesIn, valueAt } from './node.ts'

/** What is said of a value beyond what it is called. */
const speaking = [
  ...['type', 'enum', 'const', 'properties', 'required', 'additionalProperties', 'propertyNames', 'items'],
  ...['prefixItems', 'anyOf', 'oneOf', 'allOf', '$ref', 'not'],
]

/** Anything at all may stand there, and that is written out. */
const isOpen = (node: Node) => !speaking.some(keyword => keyword in node)

const namesMembers = ({ properties = {} }: Node) => Object.keys(Object(properties)).length > 0

/** What members may be that a part doesn't name: where it names others, only what is said of them. */
function othersIn(node: Node): Node | undefined {
  const others = nodeIn(node.additionalProperties)
  return others !== undefined && isOpen(others) && namesMembers(node) ? undefined : others
}

/** Whether a part says what a value of a type is. */
function speaksOf(node: Node, type: string): boolean {
  const types = typesIn(node)
  return types.length > 0 ? types.includes(type) : type === 'object' && namesMembers(node)
}

/** Whether a library itself leaves nothing in an object that isn't declared. */
const isClosed = (node: Node) => node.additionalProperties === false || othersIn(node) !== undefined

/** Every part of a schema, and more: a map of parts counts as one. */
function* partsOf(value: unknown): Iterable<Node> {
  if (typeof value !== 'object' || value === null) return
  const node = nodeIn(value)
  if (node !== undefined) yield node
  for (const part of Object.values(value)) yield* partsOf(part)
}

/** All that is said of a value: where there are alternatives, by those that it can be of. */
function saidOf(node: Node, value: unknown, root: Node): readonly Node[] {
  return referredTo(node, root).flatMap(part => {
    const choices = [...nodesIn(part.anyOf), ...nodesIn(part.oneOf)].filter(each => mayBe(each, value, root))
    return [part, ...[...nodesIn(part.allOf), ...choices].flatMap(each => saidOf(each, value, root))]
  })
}

const memberNodes = (node: Node, name: string): readonly Node[] => {
  const { properties = {} } = node
  const named = Object.hasOwn(Object(properties), name) ? nodeIn(Object(properties)[name]) : undefined
  return [named ?? othersIn(node) ?? []].flat()
}

const itemNodes = ({ prefixItems, items }: Node, i: number): readonly Node[] =>
  [nodesIn(prefixItems)[i] ?? nodeIn(items) ?? []].flat()

function membersOf(value: object, said: readonly Node[], root: Node): object {
  const declared = said.flatMap(({ properties = {} }) => Object.keys(Object(properties)))
  const names = new Set([...Object.keys(value), ...declared])
  const kept = [...names].flatMap(name => {
    const nodes = said.flatMap(node => memberNodes(node, name))
    const member = valueAt(value, name)
    return nodes.length === 0 || member === undefined ? [] : [[name, keptOf(nodes, member, root)] as const]
  })
  return Object.fromEntries(kept)
}

function keptOf(nodes: readonly Node[], value: unknown, root: Node): unknown {
  const given = inJson(value)
  if (typeof given !== 'object' || given === null) return given
  const said = nodes.flatMap(node => saidOf(node, given, root))
  if (said.some(isOpen)) return given
  if (!said.some(node => speaksOf(node, typeOf(given))))
    throw new TypeError(`its JSON Schema has no ${typeOf(given)} where one is given`)
  if (!Array.isArray(given)) return membersOf(given, said, root)
  return given.flatMap((item, i) => {
    const of = said.flatMap(node => itemNodes(node, i))
    return of.length === 0 ? [] : [keptOf(of, item, root)]
  })
}

/**
 * Leaves of a value what a JSON Schema names, in lists and alternatives too: a library may let other members pass. Undefined where it
 * doesn't, by what it tells of itself. Throws TypeError where that can't be known.
 */
export function declaredMembers(root: Node): ((value: unknown) => unknown) | undefined {
  const objects = [...partsOf(root)].filter(node => typesIn(node).includes('object') || 'properties' in node)
  if (objects.some(node => 'patternProperties' in node))
    throw new TypeError('patternProperties is no way to name what leaves: say it by additionalProperties')
  return objects.every(isClosed) ? undefined : value => keptOf([root], value, root)
}
