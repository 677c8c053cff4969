import type { Site, View } from '@sallyport/core'
import { pairsIn } from './pairs.ts'
import { textAt, type Value } from './value.ts'

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

function* headersIn(pairs: readonly string[]): Generator<Value> {
  for (let i = 0; i < pairs.length; i += 2) {
    const name = (pairs[i] ?? '').toLowerCase()
    if (ofHttp.has(name) || isBrowsers(name)) continue
    const text = pairs[i + 1] ?? ''
    const read = name === 'user-agent' ? listed(text) : text
    yield { at: `header:${name}`, text: read, place: namesFile.test(name) ? 'name' : 'header' }
  }
}

function* cookiesIn(lines: readonly string[]): Generator<Value> {
  for (const cookie of lines.flatMap(line => line.split(';'))) {
    const mark = cookie.indexOf('=')
    const name = (mark < 0 ? cookie : cookie.slice(0, mark)).trim()
    if (name !== '') yield textAt('cookie-name', name)
    if (mark >= 0) yield textAt(`cookie:${name}`, cookie.slice(mark + 1).trim())
  }
}

/** What stands before the body: path, query, fields and cookies, without the places of the caller's credentials. */
export function* valuesOfHead(view: View, site: Site): Generator<Value> {
  const { call } = view
  const told = site.told(view)
  yield { at: 'path', text: `/${call.target.segments.join('/')}`, place: 'path' }
  for (const segment of call.target.segments) if (segment !== '') yield textAt('path', segment)
  if (told.query !== '') yield* pairsIn(told.query.slice(1), 'query')
  const { headers, cookies } = site.fields(view)
  yield* headersIn(headers)
  yield* cookiesIn(cookies)
}
