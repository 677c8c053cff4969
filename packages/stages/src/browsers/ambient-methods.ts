import { leavesOf, type Method, type Operation, type Rule } from '@sallyport/core'
import type { StagePorts } from '../ports.ts'
import { isReading } from './methods.ts'

/**
 * What a browser adds to calls by itself, whichever page makes them. A magic token is none: as a password it is refused to pages of other
 * origins anyway.
 */
function ambientIn({ kind, places }: Method): string | undefined {
  if (kind === 'magicToken') return undefined
  const place = places.find(place => place.in === 'cookie' || (place.in === 'header' && place.scheme === 'basic'))
  if (place === undefined) return undefined
  return place.in === 'cookie' ? `a cookie (${place.name})` : 'a password (Basic)'
}

/**
 * Why an operation doesn't load: any page can make its callers call, and nothing is said of it. Undefined where that is seen to.
 */
export function unguardedAgainstPages(
  { method, inspect, identify }: Operation<StagePorts>,
  make: (rule: Rule<StagePorts, Method>) => Method,
): string | undefined {
  if (isReading(method) || inspect.some(({ kind }) => kind === 'csrf')) return undefined
  for (const rule of leavesOf(identify)) {
    const by = ambientIn(make(rule))
    if (by !== undefined) return by
  }
  return undefined
}
