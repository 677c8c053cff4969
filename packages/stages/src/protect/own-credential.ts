import type { UpstreamCredential } from '@sallyport/core'
import { queryText } from '../identify/present.ts'

/** Shorter ones stand in fields by chance. */
const leastTold = 8

function withoutParameter(url: string, name: string): string {
  const [, path = '', query, hash = ''] = /^([^?#]*)(?:\?([^#]*))?(.*)$/s.exec(url) ?? []
  if (query === undefined) return url
  const kept = query.split('&').filter(pair => queryText(pair.split('=')[0] ?? '') !== name)
  return path + (kept.length === 0 ? '' : `?${kept.join('&')}`) + hash
}

/** As it is, and as a parameter and a parameter within a parameter (`?next=%2Fitems%3Fkey%3D…`) have it. */
function tells(value: string, secret: string): boolean {
  if (secret.length < leastTold) return false
  const encoded = encodeURIComponent(secret)
  return [secret, encoded, encodeURIComponent(encoded)].some(text => value.includes(text))
}

/**
 * A field of an answer without a credential of ours that went out in the query: servers repeat the query that they were
 * asked with in redirects and links. `isUrl` loses the parameter; what still tells the secret is undefined.
 */
export function withoutOwn(
  value: string,
  isUrl: boolean,
  credential: UpstreamCredential | undefined,
): string | undefined {
  if (credential?.kind !== 'query') return value
  const left = isUrl ? withoutParameter(value, credential.name) : value
  return tells(left, credential.value.reveal()) ? undefined : left
}
