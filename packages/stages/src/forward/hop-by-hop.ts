import type { HeaderList } from '@sallyport/core'

/** Fields of one connection only (RFC 9110 section 7.6.1); they never cross, in either direction. */
export const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

const harmless = new Set(['keep-alive', 'close', ''])

/** The further fields that a Connection field names as its own. */
export function connectionNames(headers: HeaderList): readonly string[] {
  const value = headers.get('connection')
  if (value === undefined || harmless.has(value.toLowerCase())) return []
  return headers.all('connection').flatMap(text => text.split(',').map(name => name.trim().toLowerCase()))
}
