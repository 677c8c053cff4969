import { type Node, nodeIn, referred } from '../json-schema/node.ts'

/** Keywords that hold schemas by names of the author's choice: none of these names is a keyword. */
const maps = new Set(['properties', 'patternProperties', 'dependentSchemas'])

/** Keywords that hold values, which may look like schemas. */
const values = new Set(['const', 'enum', 'default', 'examples', 'example'])

/** Where definitions stand in a schema of its own; whatever of them is referred to is a component. */
const definitions = new Set(['$defs', 'definitions'])

type Renamed = (reference: string) => string

/** A schema whose references say what `renamed` makes of them, without the definitions. */
function rewritten(part: unknown, renamed: Renamed): unknown {
  if (Array.isArray(part)) return part.map(item => rewritten(item, renamed))
  if (typeof part !== 'object' || part === null) return part
  const kept = Object.entries(part).filter(([keyword]) => !definitions.has(keyword))
  return Object.fromEntries(
    kept.map(([keyword, value]) => {
      if (keyword === '$ref' && typeof value === 'string') return [keyword, renamed(value)]
      if (values.has(keyword)) return [keyword, value]
      return [keyword, maps.has(keyword) ? rewrittenMap(value, renamed) : rewritten(value, renamed)]
    }),
  )
}

const rewrittenMap = (map: unknown, renamed: Renamed) =>
  Object.fromEntries(Object.entries(Object(map)).map(([name, of]) => [name, rewritten(of, renamed)]))

const rewrittenNode = (node: Node, renamed: Renamed): Node => nodeIn(rewritten(node, renamed)) ?? {}

/** References within the schema; others are addresses that mean the same wherever they stand. */
const isInside = (reference: string) => reference.startsWith('#')

function referencesIn(node: Node): readonly string[] {
  const found: string[] = []
  rewritten(node, reference => {
    if (isInside(reference)) found.push(reference)
    return reference
  })
  return found
}

/** All that a reference leads to, and on from there. It tells whether two references of two schemas mean the same. */
function reached(reference: string, root: Node): string {
  const all = new Map<string, unknown>()
  const waiting = [reference]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (all.has(next)) continue
    const node = referred(next, root)
    all.set(
      next,
      rewritten(node, each => each),
    )
    waiting.push(...referencesIn(node))
  }
  return JSON.stringify([...all])
}

/** What a component is called, unless another is: its own name, or that of its definition where that is a word. */
function wishedName(reference: string, { title, id }: Node): string {
  const words = [id, title, reference.split('/').at(-1)].filter(word => typeof word === 'string')
  return words.find(word => /^[a-z][\w.-]*$/i.test(word)) ?? 'Schema'
}

/** The schemas of a document, which have one place where references lead: `#/components/schemas` (OpenAPI 3.1 section 4.8.7). */
export interface Components {
  /** A schema, or a part of it, as a part of the document. Throws TypeError where a reference in it leads nowhere. */
  embed(root: Node, part?: Node): Node
  /** All by name, once everything is embedded. */
  schemas(): Readonly<Record<string, Node>>
}

/** Begins with those that a document has anyway; no other takes their names. */
export function componentsWith(own: Readonly<Record<string, Node>>): Components {
  const schemas = new Map(Object.entries(own))
  const names = new Map<string, string>()

  function freeName(wished: string): string {
    let name = wished
    for (let i = 2; schemas.has(name); i++) name = `${wished}_${i}`
    return name
  }

  const renamedIn =
    (root: Node): Renamed =>
    reference => {
      if (!isInside(reference)) return reference
      const meaning = reached(reference, root)
      const known = names.get(meaning)
      const name = known ?? freeName(wishedName(reference, referred(reference, root)))
      if (known === undefined) {
        names.set(meaning, name)
        // The name is taken before what it stands for is looked at: that may refer to itself.
        schemas.set(name, {})
        schemas.set(name, rewrittenNode(referred(reference, root), renamedIn(root)))
      }
      return `#/components/schemas/${name}`
    }

  return {
    embed(root, part = root) {
      // What has an address is a document of its own: its references stay within it (JSON Schema 2020-12, Core section 8.2.1).
      return typeof part.$id === 'string' ? part : rewrittenNode(part, renamedIn(root))
    },
    schemas: () => Object.fromEntries(schemas),
  }
}
