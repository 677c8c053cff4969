import type { HeaderList } from '@sallyport/core'
import { dateOf } from './dates.ts'
import { type Directives, directivesIn, durationOf } from './directives.ts'

/** On which terms an upstream lets an answer be given again. */
export interface Terms {
  /** Milliseconds for which it is fresh; undefined where the upstream says nothing of it. */
  readonly freshMs: number | undefined
  /** Whether the upstream must be asked each time (`no-cache`). */
  readonly asked: boolean
  /** Whether it never serves once its time is over, whatever else is said. */
  readonly strict: boolean
  /** Milliseconds after its time in which it serves while the upstream fails; undefined where it doesn't say. */
  readonly staleIfErrorMs: number | undefined
  /** Whether it is said to be for everybody, also where the upstream was told who asks (RFC 9111 section 3.5). */
  readonly forAll: boolean
}

/**
 * Answers that say the same to whoever asks alike. Other errors come of how somebody asked, and are nobody else's; partial answers and
 * redirections for the moment aren't kept.
 */
const lasting: ReadonlySet<number> = new Set([200, 203, 204, 300, 301, 308, 404, 410])

/** Those that may be kept for a time that the upstream doesn't name. */
const ordinary: ReadonlySet<number> = new Set([200, 203])

/** `no-store` wins over `must-understand`, and `private` holds whole, whichever fields it names. */
const forbidding = ['no-store', 'private']

/** RFC 9111 section 4.2.1. What can't be read, or is said twice, leaves no freshness. */
function freshMs(directives: Directives, headers: HeaderList): number | undefined {
  const given = durationOf(directives, 's-maxage') ?? durationOf(directives, 'max-age')
  if (given !== undefined) return Number.isNaN(given) ? 0 : given
  const expires = headers.all('expires')
  const [only] = expires
  if (only === undefined) return undefined
  const ms = dateOf(only) - dateOf(headers.get('date') ?? '')
  return expires.length > 1 || Number.isNaN(ms) ? 0 : Math.max(0, ms)
}

function termsSaid(directives: Directives, headers: HeaderList): Terms {
  const has = (name: string) => directives.has(name)
  const stale = durationOf(directives, 'stale-if-error')
  return {
    freshMs: freshMs(directives, headers),
    asked: has('no-cache') || (directives.size === 0 && headers.has('pragma')),
    strict: has('must-revalidate') || has('proxy-revalidate') || has('s-maxage'),
    staleIfErrorMs: stale !== undefined && Number.isNaN(stale) ? 0 : stale,
    forAll: has('public') || !Number.isNaN(durationOf(directives, 's-maxage') ?? Number.NaN),
  }
}

/**
 * The terms of an answer; undefined where it may not be kept at all (RFC 9111 section 3). An answer with a cookie is somebody's own,
 * whatever else it says. One that could neither be fresh nor be validated isn't worth its room.
 */
export function termsOf(status: number, headers: HeaderList, ttlMs: number | undefined): Terms | undefined {
  const directives = directivesIn(headers.all('cache-control'))
  if (!lasting.has(status) || directives === undefined || headers.has('set-cookie')) return undefined
  if (forbidding.some(name => directives.has(name))) return undefined
  const said = termsSaid(directives, headers)
  const terms = { ...said, freshMs: said.freshMs ?? (ordinary.has(status) ? undefined : 0) }
  const canBeFresh = !terms.asked && (terms.freshMs ?? ttlMs ?? 0) > 0
  return canBeFresh || headers.has('etag') || headers.has('last-modified') ? terms : undefined
}
