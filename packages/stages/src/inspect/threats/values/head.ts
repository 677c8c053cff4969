import type { Site, ValuePlace, View } from '@sallyport/core'
import { pairsIn } from './pairs.ts'
import { type Pinned, textAt, type Value } from './value.ts'

/** Fields that HTTP itself reads, whose grammar has marks of every kind. */
const ofHttp: ReadonlySet<string> = new Set([
  'accept',
  'accept-charset',
  'accept-encoding',
  'accept-language',
  'baggage',
  'cache-control',
  'content-digest',
  'content-disposition',
  'connection',
  'content-encoding',
  'content-length',
  'content-language',
  'content-type',
  'date',
  'digest',
  'expect',
  'host',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'keep-alive',
  'pragma',
  'range',
  'repr-digest',
  'signature',
  'signature-input',
  'te',
  'traceparent',
  'tracestate',
  'transfer-encoding',
])
const namesFile = /^x[-_.]?file-?name$/
const isBrowsers = (name: string) => name.startsWith('sec-')

/** A User-Agent's comments are lists of their own with semicolons (RFC 9110 section 10.1.5), which no shell takes for its own. */
const listed = (text: string) => text.replace(/\([^()]*\)/g, comment => comment.replaceAll('; ', ', '))

function* headersIn(pairs: readonly string[], isPinned: Pinned): Generator<Value> {
  for (let i = 0; i < pairs.length; i += 2) {
    const name = (pairs[i] ?? '').toLowerCase()
    if (ofHttp.has(name) || isBrowsers(name) || isPinned(name)) continue
    const text = pairs[i + 1] ?? ''
    const read = name === 'user-agent' ? listed(text) : text
    yield { at: `header:${name}`, text: read, place: namesFile.test(name) ? 'name' : 'header' }
  }
}

function* cookiesIn(lines: readonly string[], isPinned: Pinned): Generator<Value> {
  for (const cookie of lines.flatMap(line => line.split(';'))) {
    const mark = cookie.indexOf('=')
    const name = (mark < 0 ? cookie : cookie.slice(0, mark)).trim()
    if (name !== '') yield textAt('cookie-name', name)
    if (mark >= 0 && !isPinned(name)) yield textAt(`cookie:${name}`, cookie.slice(mark + 1).trim())
  }
}

/** Stands for a segment that a schema has pinned. */
const pinnedSegment = '0'

function* segmentsIn({ target, parameters }: View['call'], isPinned: Pinned): Generator<Value> {
  const pinned = new Set(Object.entries(parameters).flatMap(([name, value]) => (isPinned(name) ? [value] : [])))
  const read = target.segments.map(segment => (pinned.has(segment) ? pinnedSegment : segment))
  yield { at: 'path', text: `/${read.join('/')}`, place: 'path' }
  for (const segment of read) if (segment !== '') yield textAt('path', segment)
}

/** What stands before the body: path, query, fields and cookies, without the places of the caller's credentials. */
export function* valuesOfHead(view: View, site: Site): Generator<Value> {
  const pinnedIn =
    (place: ValuePlace['in']): Pinned =>
    at =>
      site.pinned({ in: place, at })
  yield* segmentsIn(view.call, pinnedIn('path'))
  const { query } = site.told(view)
  if (query !== '') yield* pairsIn(query.slice(1), 'query', pinnedIn('query'))
  const { headers, cookies } = site.fields(view)
  yield* headersIn(headers, pinnedIn('header'))
  yield* cookiesIn(cookies, pinnedIn('cookie'))
}
