import { Problem } from '@sallyport/core'
import { BadToken } from '@sallyport/tokens'

/** Keys that were never obtained, as a refusal. Other errors stay what they are. */
export function orUnavailable(error: unknown): unknown {
  if (!(error instanceof BadToken) || error.code !== 'unavailable') return error
  return new Problem('keys-unavailable', { retryAfter: 5, headers: [['Retry-After', '5']] }, error.reason)
}
