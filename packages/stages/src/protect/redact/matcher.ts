import { exec, query } from 'jsonpath-rfc9535'
import parse from 'jsonpath-rfc9535/parser'
import { BadJsonPath } from '../../json-path.ts'
import type { Document } from './document.ts'

/** The numbers of the values of a document that a JSONPath leads to; one may come twice. */
export type Matcher = (document: Document) => readonly number[]

/** Why an expression isn't used here: each would let an answer that somebody else wrote cost more than its length. */
const banned: ReadonlyMap<string, string> = new Map([
  ['match', 'match() would not run in linear time'],
  ['search', 'search() would not run in linear time'],
  ['length', 'length() would miscount characters beyond the basic plane'],
])

/** Every node of a parsed expression, with whether it stands in a filter. */
function* nodesOf(node: unknown, inFilter = false): Generator<readonly [node: object, inFilter: boolean]> {
  if (typeof node !== 'object' || node === null) return
  yield [node, inFilter]
  const within = inFilter || ('type' in node && node.type === 'FilterSelector')
  for (const below of Object.values(node)) yield* nodesOf(below, within)
}

const typeOf = (node: object) => ('type' in node ? node.type : undefined)

function requireLinear(node: object, inFilter: boolean): void {
  const type = typeOf(node)
  if (type === 'FunctionExpr' && 'name' in node) {
    const why = banned.get(String(node.name))
    if (why !== undefined) throw new BadJsonPath(why)
  }
  if (!inFilter) return
  if (type === 'DescendantSegment') throw new BadJsonPath('.. within a filter would not run in linear time')
  if (type === 'JsonPathQuery' || type === 'AbsSingularQuery')
    throw new BadJsonPath('a filter that looks at $ would not run in linear time')
}

/** Whether an expression looks at values. Throws BadJsonPath where it is none, or isn't used here. */
function looksAtValues(text: string): boolean {
  let ast: ReturnType<typeof parse>
  try {
    ast = parse(text)
  } catch {
    throw new BadJsonPath('needs a JSONPath of RFC 9535, such as $..supplier.iban')
  }
  if (ast.segments.length === 0) throw new BadJsonPath('needs to lead to something within the answer')
  let [filters, descendants] = [false, 0]
  for (const [node, inFilter] of nodesOf(ast)) {
    requireLinear(node, inFilter)
    filters ||= typeOf(node) === 'FilterSelector'
    if (typeOf(node) === 'DescendantSegment') descendants++
  }
  if (descendants > 1) throw new BadJsonPath('a second .. would not run in linear time')
  return filters
}

/** Names and indices on the way to all values of an answer: the path of each is written down where values are looked at. */
const stepsMax = 2_000_000

/** An answer that is too large to be looked at. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge'
}

const nameEscape = /\\(?:u([\da-f]{4})|([bfnrt'\\]))/g
const signs: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/** A name as a normalized path writes it (RFC 9535 section 2.7). */
const plainName = (written: string) =>
  written.replace(nameEscape, (_, code: string | undefined, sign = '') =>
    code === undefined ? (signs[sign] ?? sign) : String.fromCharCode(Number.parseInt(code, 16)),
  )

/** By the values: slower, for the path of every value on the way is written down. */
const byValues =
  (text: string): Matcher =>
  document => {
    if (document.placed.steps > stepsMax) throw new TooLarge(`it is too large for the filter in ${text}`)
    const found: number[] = []
    exec(document.value, text, (_, path) => {
      found.push(document.idAt(path.map(key => (typeof key === 'number' ? key : plainName(key)))))
    })
    return found
  }

/** By the shape alone: no value is looked at. */
const byShape =
  (text: string): Matcher =>
  ({ placed }) =>
    query(placed.shape, text).map(found => placed.idOf(found))

/** Reads a JSONPath that runs in about linear time. Throws BadJsonPath. */
export function readMatcher(text: string): Matcher {
  return looksAtValues(text) ? byValues(text) : byShape(text)
}
