import type { IdentifyTree, Method, Place, Rule } from '@sallyport/core'
import type { StagePorts } from '@sallyport/stages'

/** A part of a document. */
export type Node = Readonly<Record<string, unknown>>

/** One way in: the names of schemes that must all be there, each with the scopes that are needed. */
type Alternative = Readonly<Record<string, readonly string[]>>

/** The security of an operation, and the schemes that it names (OpenAPI 3.1 section 4.8.30). */
export interface Security {
  readonly alternatives: readonly Alternative[]
  readonly schemes: Readonly<Record<string, Node>>
}

type Tree = IdentifyTree<Rule<StagePorts, Method>>

const isTree = <Key extends string>(tree: Tree, key: Key): tree is Extract<Tree, Readonly<Record<Key, unknown>>> =>
  key in tree

const inAuthorization = (place: Place) =>
  place.in === 'header' && place.name === 'authorization' ? place.scheme : undefined

/** The scheme of a place. What stands in Authorization is called by its kind, and another scheme there by that too. */
function schemeAt(place: Place, { kind, places }: Method): readonly [name: string, scheme: Node] {
  const scheme = inAuthorization(place)
  if (scheme === undefined)
    return [`${kind}-${place.in}-${place.name}`, { type: 'apiKey', in: place.in, name: place.name }]
  const first = places.map(inAuthorization).find(one => one !== undefined)
  const format = kind === 'jwt' ? { bearerFormat: 'JWT' } : {}
  return [scheme === first ? kind : `${kind}-${scheme.toLowerCase()}`, { type: 'http', scheme, ...format }]
}

/** The ways in that a method offers: one a place, and an open one where it needs no credential. */
function waysOf(method: Method, scopes: readonly string[]): Security {
  const schemes = method.places.map(place => schemeAt(place, method))
  return {
    alternatives: schemes.length === 0 ? [{}] : schemes.map(([name]) => ({ [name]: scopes })),
    schemes: Object.fromEntries(schemes),
  }
}

const mergedSchemes = (parts: readonly Security[]) => Object.assign({}, ...parts.map(({ schemes }) => schemes))

/** Every way in of the first part with every one of the next. */
const together = (parts: readonly Security[]): readonly Alternative[] =>
  parts.reduce<readonly Alternative[]>(
    (ways, { alternatives }) => ways.flatMap(way => alternatives.map(other => ({ ...way, ...other }))),
    [{}],
  )

export function securityOf(
  tree: Tree,
  scopes: readonly string[],
  make: (rule: Rule<StagePorts, Method>) => Method,
): Security {
  if (isTree(tree, 'any')) {
    const parts = tree.any.map(child => securityOf(child, scopes, make))
    return { alternatives: parts.flatMap(({ alternatives }) => alternatives), schemes: mergedSchemes(parts) }
  }
  if (isTree(tree, 'all')) {
    const parts = tree.all.map(child => securityOf(child, scopes, make))
    return { alternatives: together(parts), schemes: mergedSchemes(parts) }
  }
  return waysOf(make(tree), scopes)
}
