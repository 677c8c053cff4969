import type { Place } from '@sallyport/core'
import { queryText } from '../identify/present.ts'

/** Where an API stands for its callers. */
interface Mount {
  /** Empty for the root. */
  readonly apiPath: string
  readonly keepPath: boolean
}

/** How many segments an API's path has: `/a/b` has two, the root none. */
export function depthOf(apiPath: string): number {
  let depth = 0
  for (let at = apiPath.indexOf('/'); at >= 0; at = apiPath.indexOf('/', at + 1)) depth++
  return depth
}

/** A path without so many of its first segments, byte for byte. */
export function pathBelow(path: string, depth: number): string {
  if (depth === 0) return path
  let cut = 0
  for (let i = 0; i < depth; i++) cut = path.indexOf('/', cut + 1)
  return cut < 0 ? '/' : path.slice(cut)
}

/** The path below the upstream's origin: the API's own path is cut off unless it is kept. */
export const upstreamPath = (path: string, { apiPath, keepPath }: Mount, base: string): string =>
  base + pathBelow(path, keepPath ? 0 : depthOf(apiPath))

type Parameter = readonly [name: string, value: string]

/**
 * The query without the caller's credential and with ours: everything else goes on as it came. A client's copy of our
 * parameter would leave it to the backend which of the two counts, so it goes too.
 */
export function queryMaker(places: readonly Place[], added: Parameter | undefined): (query?: string) => string {
  const dropped = new Set(places.flatMap(place => (place.in === 'query' ? [place.name] : [])))
  if (added !== undefined) dropped.add(added[0])
  const own = added === undefined ? [] : [added.map(encodeURIComponent).join('=')]
  if (dropped.size === 0) return query => (query === undefined ? '' : `?${query}`)
  return query => {
    const pairs = query === undefined ? [] : query.split('&')
    const kept = pairs.filter(pair => !dropped.has(queryText(pair.split('=')[0] ?? '')))
    if (kept.length === pairs.length && own.length === 0) return query === undefined ? '' : `?${query}`
    const all = [...kept, ...own]
    return all.length === 0 ? '' : `?${all.join('&')}`
  }
}
