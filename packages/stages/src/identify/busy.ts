import { Problem } from '@sallyport/core'
import { WorkQueueFull } from '@sallyport/tokens'

/** Too much is being tried at once: whoever comes now is told to come again. Other errors stay what they are. */
export function refuseBusy(error: unknown): never {
  if (!(error instanceof WorkQueueFull)) throw error
  throw new Problem('overloaded', { retryAfter: 1, headers: [['Retry-After', '1']] }, error.message)
}
