import type { SessionStore } from '@sallyport/core'
import { memorySessions } from '@sallyport/store'

const usualMost = 100_000

/** Sessions in this process's memory: 100,000 at the most unless told, after which nobody more can log in. They end with the process. */
export function sessionMemory({ most = usualMost }: { readonly most?: number } = {}): SessionStore {
  if (!Number.isSafeInteger(most) || most < 1) throw new TypeError('sessionMemory.most: needs a whole number from 1')
  return memorySessions(most)
}
