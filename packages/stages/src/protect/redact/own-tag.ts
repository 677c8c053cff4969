import { createHmac } from 'node:crypto'
import { HeaderList, type HeaderPairs, type View } from '@sallyport/core'

/** What an entity tag stands for besides the upstream's own: which rules, and what of the caller decided. */
export interface TagOf {
  readonly key: Uint8Array
  readonly rules: string
  readonly decided: string
}

/**
 * The tag of a redacted answer (RFC 9110 section 8.8.3): weak, and a keyed hash, for many servers' own tags are hashes of the whole body,
 * from which what was taken out could be guessed. Undefined where the upstream gave none.
 */
export function ownTag(headers: HeaderPairs, { key, rules, decided }: TagOf): string | undefined {
  const [tag, more] = new HeaderList(headers).all('etag')
  if (tag === undefined || more !== undefined) return undefined
  const hash = createHmac('sha256', key)
    .update(JSON.stringify([tag, rules, decided]))
    .digest('base64url')
  return `W/"${hash}"`
}

const opaque = (tag: string) => tag.replace(/^W\//, '')

/** Whether the caller has the answer already (RFC 9110 section 13.1.2, weak comparison). */
export function isKnown({ call: { method, headers } }: View, status: number, tag: string | undefined): boolean {
  if (tag === undefined || status !== 200 || (method !== 'GET' && method !== 'HEAD')) return false
  const asked = headers.all('if-none-match').join(',')
  if (asked.trim() === '*') return true
  return (asked.match(/(?:W\/)?"[^"]*"/g) ?? []).some(known => opaque(known) === opaque(tag))
}
