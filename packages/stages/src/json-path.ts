import type { Json } from '@sallyport/core'
import { query } from 'jsonpath-rfc9535'
import parse from 'jsonpath-rfc9535/parser'

/** A JSONPath that can't be read (RFC 9535), or that isn't used here. */
export class BadJsonPath extends Error {
  override readonly name = 'BadJsonPath'
}

/** A node of a parsed expression. */
interface PathNode {
  readonly type: string
  readonly inFilter: boolean
  member(name: string): unknown
}

function* nodesOf(node: unknown, inFilter: boolean): Generator<PathNode> {
  if (typeof node !== 'object' || node === null) return
  const type = 'type' in node ? String(node.type) : ''
  yield { type, inFilter, member: name => Reflect.get(node, name) }
  for (const below of Object.values(node)) yield* nodesOf(below, inFilter || type === 'FilterSelector')
}

const isOr = (node: unknown) =>
  typeof node === 'object' && node !== null && 'type' in node && node.type === 'LogicalOrExpr'

/** Whether a whole number is one that every reader reads alike (RFC 9535 section 2.1). */
const isExact = (value: unknown) => typeof value !== 'number' || Number.isSafeInteger(value)

/** What is not used here, node by node, and why. */
const refused: Readonly<Record<string, (node: PathNode) => string | undefined>> = {
  // match() and search() don't run in linear time here, length() miscounts, and none of their arguments are checked.
  FunctionExpr: node => `functions such as ${String(node.member('name'))}() are not used here`,
  // The parser reads `a && b && c` as `a && (b || c)`; which of the two was written can't be told.
  LogicalAndExpr: node =>
    isOr(node.member('right'))
      ? '&& takes two here, and no || on its right: write (b || c) && a, or another rule'
      : undefined,
  IndexSelector: node => (isExact(node.member('value')) ? undefined : 'an index is too large'),
  SliceSelector: node =>
    ['start', 'end', 'step'].every(name => isExact(node.member(name))) ? undefined : 'an index is too large',
}

/** The nodes of a JSONPath. Throws BadJsonPath where it is none, or would not find what it says. */
function readPathNodes(text: string): readonly PathNode[] {
  let nodes: PathNode[]
  try {
    nodes = [...nodesOf(parse(text), false)]
  } catch {
    throw new BadJsonPath('needs a JSONPath of RFC 9535, such as $.rrsets[*]')
  }
  for (const node of nodes) {
    const why = Object.hasOwn(refused, node.type) ? refused[node.type]?.(node) : undefined
    if (why !== undefined) throw new BadJsonPath(why)
  }
  return nodes
}

/** What is known of an expression before it is used. */
interface PathTraits {
  /** Whether it leads to the whole, and to nothing within. */
  readonly isRoot: boolean
  /** Whether values decide what it finds, beside names and places. */
  readonly looksAtValues: boolean
}

/**
 * Reads a JSONPath that is used on what others wrote. Throws BadJsonPath where it is none, would not find what it says, or could cost more
 * than the length of the text.
 */
export function readLinearPath(text: string): PathTraits {
  const nodes = readPathNodes(text)
  const count = (kind: string) => nodes.filter(({ type }) => type === kind).length
  const inFilters = new Set(nodes.filter(({ inFilter }) => inFilter).map(({ type }) => type))
  if (inFilters.has('DescendantSegment')) throw new BadJsonPath('.. within a filter would not run in linear time')
  if (count('DescendantSegment') > 1) throw new BadJsonPath('a second .. would not run in linear time')
  if (inFilters.has('JsonPathQuery') || inFilters.has('AbsSingularQuery'))
    throw new BadJsonPath('a filter that looks at $ would not run in linear time')
  const isRoot = count('ChildSegment') + count('DescendantSegment') === 0
  return { isRoot, looksAtValues: count('FilterSelector') > 0 }
}

/** Every value that a JSONPath leads to, in its order. Throws BadJsonPath. */
export function readJsonPath(text: string): (json: Json) => Json[] {
  readPathNodes(text)
  return json => query(json, text)
}
