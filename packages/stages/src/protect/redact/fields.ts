import { HeaderList, type HeaderPairs } from '@sallyport/core'
import { trueOfBody } from '../true-of-body.ts'

/** Fields without some, by name in lower case. */
export function without(headers: HeaderPairs, isGone: (name: string) => boolean): string[] {
  const { names } = new HeaderList(headers)
  return headers.filter((_, i) => !isGone(names[i >> 1] ?? ''))
}

/** The fields of an answer whose body is another than the upstream's. */
export function fieldsOfRedacted(headers: HeaderPairs, tag: string | undefined): string[] {
  const kept = without(headers, name => name === 'etag' || trueOfBody.has(name))
  return tag === undefined ? kept : [...kept, 'ETag', tag]
}

/** The fields of a 304 (RFC 9110 section 15.4.5). */
export const fieldsOfKnown = (headers: HeaderPairs): string[] =>
  without(headers, name => name.startsWith('content-') && name !== 'content-location')

/** A directive that lets caches keep for everybody what was made for one caller (RFC 9111 section 5.2.2). */
const isShared = (written: string) => /^(?:public|private|s-maxage)(?:\s*=|$)/i.test(written)

/** One directive of a list: commas within quotes are its own. */
const directive = /(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g

/** An answer that depends on who asks is kept by no cache that others share. */
export function keptPrivate(headers: HeaderPairs): string[] {
  const written = new HeaderList(headers).all('cache-control').join(',')
  const directives = [...written.matchAll(directive)]
    .map(([text]) => text.trim())
    .filter(text => text !== '' && !isShared(text))
  return [...without(headers, name => name === 'cache-control'), 'Cache-Control', ['private', ...directives].join(', ')]
}
