import type { Entry, MapNode, Tree } from './tree.ts'

/**
 * Several files as one: maps merge key by key, a later scalar or list takes the place of what stood there. Every
 * part keeps the place where it was written; a merged map that of its first file. Associative.
 */
export function mergeTrees(first: Tree, ...later: readonly Tree[]): Tree {
  return later.reduce(mergeTwo, first)
}

function mergeTwo(earlier: Tree, later: Tree): Tree {
  if (later.kind !== 'map' || later.replaces) return later
  if (earlier.kind !== 'map') return { ...later, replaces: true }
  return mergeMaps(earlier, later)
}

function mergeMaps(earlier: MapNode, later: MapNode): MapNode {
  const entries = new Map<string, Entry>(earlier.entries)
  for (const [key, entry] of later.entries) {
    const before = entries.get(key)
    if (before === undefined) {
      entries.set(key, entry)
    } else {
      const value = mergeTwo(before.value, entry.value)
      entries.set(key, { key: value.place === before.value.place ? before.key : entry.key, value })
    }
  }
  return { ...earlier, entries }
}
