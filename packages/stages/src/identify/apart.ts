import { type IdentifyTree, isAll, isAny, leavesOf, type Method, type Rule } from '@sallyport/core'
import type { StagePorts } from '../ports.ts'

type Tree = IdentifyTree<Rule<StagePorts, Method>>

const hasAnonymousInAll = (tree: Tree): boolean => {
  if (isAny(tree)) return tree.any.some(hasAnonymousInAll)
  if (isAll(tree)) return tree.all.some(child => leavesOf(child).some(leaf => leaf.kind === 'anonymous'))
  return false
}

const schemeOf = (place: Method['places'][number]) =>
  `${place.in} ${place.name}${place.in === 'header' && place.scheme !== undefined ? ` ${place.scheme}` : ''}`

/** Two methods that would claim the same credential: the same place, and nothing that tells theirs apart. */
function clash(methods: readonly Method[]): string | undefined {
  for (const [i, one] of methods.entries()) {
    for (const other of methods.slice(i + 1)) {
      const shared = one.places.find(place => other.places.some(there => schemeOf(there) === schemeOf(place)))
      const apart = one.mark !== undefined && other.mark !== undefined && one.mark !== other.mark
      if (shared !== undefined && !apart)
        return `${one.kind} and ${other.kind} both read ${schemeOf(shared)} and cannot be told apart`
    }
  }
  return undefined
}

/** What keeps an identify tree from being loaded; undefined where nothing does. */
export function identifyFault(tree: Tree, make: (rule: Rule<StagePorts, Method>) => Method): string | undefined {
  if (hasAnonymousInAll(tree)) return 'anonymous cannot be one of all'
  return clash(leavesOf(tree).map(make))
}
