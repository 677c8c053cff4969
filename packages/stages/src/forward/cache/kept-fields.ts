import { HeaderList, type HeaderPairs } from '@sallyport/core'
import { connectionNames, hopByHop } from '../hop-by-hop.ts'

/** The fields of an answer that are kept with it (RFC 9111 section 3.1), with a Date where the upstream gave none. */
export function keptFields(headers: HeaderPairs, answeredAt: number): string[] {
  const list = new HeaderList(headers)
  const named = connectionNames(list)
  const kept = headers.filter((_, i) => {
    const name = list.names[i >> 1] ?? ''
    return !hopByHop.has(name) && !named.has(name) && name !== 'age'
  })
  return list.has('date') ? kept : [...kept, 'Date', new Date(answeredAt).toUTCString()]
}

/** What a 304 doesn't change: it has no body to tell of, and whose cookie it sets is another matter. */
const unchanged = (name: string) => name.startsWith('content-') || name === 'set-cookie'

/** The fields of an answer after a 304 with these has confirmed it (RFC 9111 section 3.2). */
export function freshenedFields(kept: HeaderPairs, headers: HeaderPairs): string[] {
  const { names } = new HeaderList(headers)
  const fresh = headers.filter((_, i) => !unchanged(names[i >> 1] ?? ''))
  const changed = new Set(names.filter(name => !unchanged(name)))
  const before = new HeaderList(kept)
  return [...kept.filter((_, i) => !changed.has(before.names[i >> 1] ?? '')), ...fresh]
}

/** Whether the end of a body can be told from a connection that broke (RFC 9112 section 8). */
export const isFramed = (status: number, headers: HeaderList): boolean =>
  status === 204 || headers.has('content-length') || headers.has('transfer-encoding')
