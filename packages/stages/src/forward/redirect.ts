import type { Call, Reply } from '@sallyport/core'
import type { StagePorts } from '../ports.ts'

/**
 * Sends a call that came without TLS to the gateway's own URL, never to the host that the call names. 308 for every method: whoever
 * follows it repeats the method and body (RFC 9110 section 15.4.9), which after 301 and 302 is the client's choice.
 */
export function redirectToTls({ target }: Call, { gateway }: Pick<StagePorts, 'gateway'>): Reply {
  const query = target.query === undefined ? '' : `?${target.query}`
  const headers = ['Location', gateway.url + target.path + query, 'Cache-Control', 'no-store']
  return { kind: 'answer', status: 308, headers, body: '' }
}
