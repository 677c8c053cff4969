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
const none: ReadonlySet<string> = new Set()

/** The further fields that a Connection field names as its own. */
export function connectionNames(headers: HeaderList): ReadonlySet<string> {
  const value = headers.get('connection')
  if (value === undefined) return none
  const values = headers.all('connection')
  if (values.length === 1 && harmless.has(value.toLowerCase())) return none
  return new Set(values.flatMap(text => text.split(',').map(name => name.trim().toLowerCase())))
}
