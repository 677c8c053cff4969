import { after, Problem, type Taken } from '@sallyport/core'

/** Seconds: counters that can't be had are tried again so often. */
const retryAfter = 1

/** What can't be counted isn't let by. Why is for the record: it may tell where counters are. */
function unavailable(error: unknown): never {
  const headers = [['Retry-After', String(retryAfter)]] as const
  throw new Problem(
    'limit-unavailable',
    { retryAfter, headers },
    error instanceof Error ? error.message : String(error),
  )
}

/** Makes something of what counters say, as soon as they do. Throws Problem `limit-unavailable` where they don't. */
export function counted<T>(taken: Taken | Promise<Taken>, settle: (taken: Taken) => T): T | Promise<T> {
  return after(taken instanceof Promise ? taken.catch(unavailable) : taken, settle)
}
