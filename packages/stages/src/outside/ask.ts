import { Registry } from '@sallyport/core'
import {
  createWorkQueue,
  type FetchedJson,
  type FetchJson,
  type Posted,
  rejectedBy,
  type WorkQueue,
} from '@sallyport/tokens'

/** A question to an outside engine. */
export interface Asking {
  readonly url: string
  readonly posted: Posted
  /** How long the answer may take, waiting for its turn included. */
  readonly timeoutMs: number
  /** Whether a rule asks that is only tried: such questions wait among themselves, and keep no call waiting. */
  readonly isTried?: boolean
}

/** Asks an engine. Rejects with WorkQueueFull where too many wait, and with Error where there is no answer. */
export type AskOutside = (asking: Asking) => Promise<FetchedJson>

const asked = { running: 32, waiting: 512 }
const maxBytes = 64 * 1024

/** Asks engines, each so many questions at a time. Redirects are not followed. */
export function outsideAsker(fetchJson: FetchJson): AskOutside {
  const queues = new Registry<WorkQueue>()
  return async ({ url, posted, timeoutMs, isTried = false }) => {
    const signal = AbortSignal.timeout(timeoutMs)
    const late = rejectedBy(signal, url)
    const queue = queues.get(`${isTried ? 'tried ' : ''}${new URL(url).origin}`, () => createWorkQueue(asked))
    const answered = queue.run(async () => {
      signal.throwIfAborted()
      return fetchJson(url, { signal, maxBytes, posted })
    })
    return Promise.race([late, answered])
  }
}
