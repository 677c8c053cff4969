import { isWildcard } from '@sallyport/core'
import type { Route } from '../route.ts'

/** How much of what is asked for a route names: all of it, the more the longer what stands before its `*`, or nothing. */
function exactness({ selector }: Route): number {
  if (selector?.asks === undefined) return selector === undefined ? -2 : -1
  const open = selector.asks.names.find(isWildcard)
  return open === undefined ? Number.POSITIVE_INFINITY : open.length
}

/** Routes in the order in which they are chosen: what names more goes first, the one that names nothing last. */
export const inOrder = (routes: readonly Route[]): Route[] =>
  [...routes].sort((a, b) => (exactness(a) === exactness(b) ? 0 : exactness(b) - exactness(a)))
