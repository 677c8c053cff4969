import { type Call, Problem } from '@sallyport/core'

/** Which pages may make calls that change something. */
export interface OwnPage {
  isOwn(origin: string, call: Call): boolean
  isListed(origin: string): boolean
}

/** What the page itself is, or the person before the browser (Fetch Metadata, section 2.3). */
const own: ReadonlySet<string> = new Set(['same-origin', 'none'])

/**
 * What a browser says of the page that calls must not speak of another origin, but for those that are listed. Throws Problem
 * `origin-not-allowed`. Programs, and browsers before 2020, say nothing.
 */
export function requireOwnPage(call: Call, { isOwn, isListed }: OwnPage): void {
  const origins = call.headers.all('origin')
  if (origins.length > 0 && origins.every(isListed)) return
  const stranger = origins.find(origin => !isListed(origin) && !isOwn(origin, call))
  const site = call.headers.all('sec-fetch-site').find(value => !own.has(value))
  if (stranger === undefined && site === undefined) return
  const from = JSON.stringify((stranger ?? site ?? '').slice(0, 300))
  throw new Problem('origin-not-allowed', {}, `the page is of ${from}`)
}
