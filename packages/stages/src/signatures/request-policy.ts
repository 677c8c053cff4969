import type { Call } from '@sallyport/core'
import { BadSignature } from './dictionary.ts'
import type { ReadSignature } from './read.ts'

/** One thing of a request that has to be covered: by any one of these components. */
type Needed = readonly string[]

/** What every request is told by: one of these for its method, its host and its path. */
const always: readonly Needed[] = [
  ['"@method"'],
  ['"@authority"', '"@target-uri"'],
  ['"@path"', '"@request-target"', '"@target-uri"'],
]
const query: Needed = ['"@query"', '"@request-target"', '"@target-uri"']

/** Fields by which the same body means something else. */
const ofTheBody = ['content-type', 'content-encoding']
const encrypted = 'sallyport-encrypted-headers'

/** What a signature must cover: all that the request has by which its meaning could be changed. */
function neededFor({ target, headers, body }: Call, further: readonly string[]): readonly Needed[] {
  const fields = [...(body.length === 0 ? [] : ofTheBody), encrypted].filter(name => headers.has(name))
  return [
    ...always,
    ...(target.query === undefined ? [] : [query]),
    ...(body.length === 0 ? [] : [['"content-digest"']]),
    ...fields.map(name => [`"${name}"`]),
    ...further.map(component => [component]),
  ]
}

/** Throws BadSignature where a part of the request isn't covered. `further` are components as `coveredBy` writes them. */
export function requireCovered({ covered }: ReadSignature, call: Call, further: readonly string[]): void {
  const missing = neededFor(call, further).find(any => !any.some(component => covered.has(component)))
  if (missing !== undefined) throw new BadSignature(`${missing.join(' or ')} is not covered`)
}

/** How long signatures are good, and how far clocks may differ. Milliseconds. */
export interface Window {
  readonly maxAge: number
  readonly leeway: number
}

/** Until when a signature is good: milliseconds since the epoch. Throws BadSignature where it isn't good now. */
export function goodUntil({ created, expires }: ReadSignature, now: number, { maxAge, leeway }: Window): number {
  if (created === undefined) throw new BadSignature('it does not say when it was created')
  const at = created * 1000
  if (at > now + leeway) throw new BadSignature('it was created later than now')
  const until = Math.min(at + maxAge, expires === undefined ? Number.POSITIVE_INFINITY : expires * 1000)
  if (until <= now) throw new BadSignature('it has expired')
  return until
}
