/** How callers are told apart: one method, or several of which any or all must be good. */
export type IdentifyTree<R> =
  | { readonly any: readonly IdentifyTree<R>[] }
  | { readonly all: readonly IdentifyTree<R>[] }
  | R

export const isAny = <T>(tree: IdentifyTree<T>): tree is { readonly any: readonly IdentifyTree<T>[] } =>
  typeof tree === 'object' && tree !== null && 'any' in tree
export const isAll = <T>(tree: IdentifyTree<T>): tree is { readonly all: readonly IdentifyTree<T>[] } =>
  typeof tree === 'object' && tree !== null && 'all' in tree

/** The methods of a tree, in the order in which they are listed. */
export function leavesOf<T>(tree: IdentifyTree<T>): T[] {
  if (isAny(tree)) return tree.any.flatMap(leavesOf)
  if (isAll(tree)) return tree.all.flatMap(leavesOf)
  return [tree]
}
