import { Problem } from './problems.ts'

/** A request target in origin form (RFC 9112 section 3.2.1), read once: what is matched is what is forwarded. */
export interface Target {
  /** The one normalised path: percent-encoded unreserved characters are decoded, all else stands as it came. */
  readonly path: string
  /** The path's segments, percent-decoded once, for matching: `/a/b` is `a`, `b`; `/a/` is `a` and an empty one. */
  readonly segments: readonly string[]
  /** What follows the first `?`, as it came; undefined where there is none. */
  readonly query: string | undefined
  /** Some segment holds a raw `;`, which some backends cut off with what follows. */
  readonly matrix: boolean
  /** Where some segment holds `%2F`: the segments as a backend sees them that takes it for a separator. */
  readonly slashed: readonly string[] | undefined
}

/** Only characters that mean the same before and after decoding; segments are looked at apart. */
const plainPath = /^\/[\w\-.~!$&'()*+,=:@/]*$/

/** Most queries: visible ASCII without percent triplets or `#`. */
const plainQuery = /^[!"$&-~]*$/

type Refusals = readonly (readonly [where: RegExp, detail: string])[]

const rawPathRefusals: Refusals = [
  [/^(?!\/)/, 'The request target must begin with a slash.'],
  [/#/, 'The request target must not hold a fragment.'],
  [/\\|%5c/i, 'The path must not hold a backslash.'],
  [/[^\w\-.~!$&'()*+,;=:@/%]/, 'The path holds a character that must be percent-encoded (RFC 3986 section 3.3).'],
  [/%(?![\da-f]{2})/i, 'The path holds a % that two hexadecimal digits do not follow.'],
  [/%00/, 'The path must not hold NUL.'],
  [/%3f/i, 'The path must not hold an encoded question mark.'],
]

const queryRefusals: Refusals = [
  [/#/, 'The request target must not hold a fragment.'],
  [/[^!-~]/, 'The query holds a character that must be percent-encoded.'],
  [/%(?![\da-f]{2})/i, 'The query holds a % that two hexadecimal digits do not follow.'],
  [/%00/, 'The query must not hold NUL.'],
]

/** Read after unreserved characters were decoded, so that `%25%32e` shows as what it is. */
const encodedTwice: Refusals = [[/%25[\da-f]{2}/i, 'The path must not be percent-encoded twice.']]

/** Percent triplets of unreserved characters: - . 0-9 A-Z _ a-z ~ (RFC 3986 section 2.3). */
const unreserved = /%(?:2[de]|3\d|[46][1-9a-f]|[57][\da]|5f|7e)/gi

/**
 * A dot segment as the most lenient backend reads one: between separators (`/`, decoded too, and `;`, which
 * Java servers cut off), white space and controls trimmed.
 */
const dotSegment = /(?:^|[/;])[\s\p{Cc}]*\.\.?[\s\p{Cc}]*(?:[/;]|$)/u

/**
 * Reads the raw request target as Node's HTTP parser gives it (latin1). Throws Problem `target-malformed` for all
 * that two readers could take for two different paths; RFC 3986 and the rows M13 and W23 say which.
 */
export function readTarget(raw: string): Target {
  const mark = raw.indexOf('?')
  const rawPath = mark === -1 ? raw : raw.slice(0, mark)
  const query = mark === -1 ? undefined : raw.slice(mark + 1)
  if (query !== undefined && !plainQuery.test(query)) checkQuery(query)
  return plainPath.test(rawPath) ? plainTarget(rawPath, query) : encodedTarget(rawPath, query)
}

function plainTarget(path: string, query: string | undefined): Target {
  const segments = path.slice(1).split('/')
  const last = segments.length - 1
  for (const [index, segment] of segments.entries()) {
    if (segment.length < 3) checkShort(segment, index === last)
  }
  return { path, segments, query, matrix: false, slashed: undefined }
}

function checkShort(segment: string, last: boolean): void {
  if (segment === '.' || segment === '..') refuse('The path must not hold dot segments.')
  if (segment === '' && !last) refuse('The path must not hold empty segments.')
}

function encodedTarget(rawPath: string, query: string | undefined): Target {
  check(rawPath, rawPathRefusals)
  const path = rawPath.replace(unreserved, triplet => String.fromCharCode(Number.parseInt(triplet.slice(1), 16)))
  check(path, encodedTwice)
  const segments = path.slice(1).split('/').map(decode)
  const last = segments.length - 1
  for (const [index, segment] of segments.entries()) {
    if (dotSegment.test(segment)) refuse('The path must not hold dot segments.')
    if (segment === '' ? index !== last : /^\/|\/\/|\/$/.test(segment)) {
      refuse('The path must not hold empty segments.')
    }
  }
  const slashed = segments.some(segment => segment.includes('/')) ? segments.flatMap(s => s.split('/')) : undefined
  return { path, segments, query, matrix: path.includes(';'), slashed }
}

function checkQuery(query: string): void {
  check(query, queryRefusals)
  decode(query)
}

function check(text: string, refusals: Refusals): void {
  for (const [where, detail] of refusals) if (where.test(text)) refuse(detail)
}

/** decodeURIComponent takes exactly the UTF-8 of RFC 3629: no overlong forms, no surrogates, nothing past U+10FFFF. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return refuse('The request target, percent-decoded, must be UTF-8.')
  }
}

function refuse(detail: string): never {
  throw new Problem('target-malformed', { detail }, `request target refused: ${detail}`)
}
