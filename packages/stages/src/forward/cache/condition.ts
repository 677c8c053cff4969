import type { HeaderList } from '@sallyport/core'
import { dateOf } from './dates.ts'

/** What a caller has already, by the upstream's own validators. */
export interface Condition {
  readonly tags: readonly string[]
  /** Milliseconds since the epoch; NaN for none. */
  readonly since: number
}

const tagList =
  /^[\t ,]*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"(?:[\t ]*,[\t ,]*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")*[\t ,]*$/
const tag = /"[\x21\x23-\x7e\x80-\xff]*"/g

/** A tag without what makes it weak: weak comparison (RFC 9110 section 8.8.3.2). */
export const weakTag = (text: string): string => text.replace(/^W\//, '')

/** The condition of a request to read; undefined where there is none, or none that can be read (RFC 9110 sections 13.1.2 and 13.1.3). */
export function conditionIn(headers: HeaderList): Condition | undefined {
  const written = headers.all('if-none-match').join(',')
  if (headers.has('if-none-match')) {
    const tags = written.trim() === '*' ? ['*'] : tagList.test(written) ? (written.match(tag) ?? []) : []
    return tags.length === 0 ? undefined : { tags, since: Number.NaN }
  }
  const since = dateOf(headers.get('if-modified-since') ?? '')
  return Number.isNaN(since) ? undefined : { tags: [], since }
}

/** Whether a caller has this very answer already. */
export function isHad({ tags, since }: Condition, headers: HeaderList): boolean {
  if (tags.length > 0) return tags.includes('*') || tags.includes(weakTag(headers.get('etag') ?? ''))
  return dateOf(headers.get('last-modified') ?? '') <= since
}

/** What a 304 tells (RFC 9110 section 15.4.5), and how old it is. */
const told: ReadonlySet<string> = new Set([
  'age',
  'cache-control',
  'cache-status',
  'content-location',
  'date',
  'etag',
  'expires',
  'last-modified',
  'vary',
])

/** The fields of the 304 that stands for an answer with these. */
export const fieldsOf304 = ({ names, raw }: HeaderList): string[] => raw.filter((_, i) => told.has(names[i >> 1] ?? ''))
