import { type Mistake, mistakeAt } from '@sallyport/config'
import { fixedOf } from './decision-doors.ts'
import type { GoodRules } from './rules.ts'

/** What is fixed when the process starts, by its key under `gateway`. */
const fixed = {
  http: ({ listeners }) => listeners.http,
  https: ({ listeners }) => listeners.https && [listeners.https.host, listeners.https.port],
  management: ({ management }) => management,
  log: ({ log }) => log,
  counters: ({ counters }) => counters,
  decisions: ({ decisions }) => decisions.map(fixedOf),
  cacheSize: ({ cacheSize }) => cacheSize,
} satisfies Record<string, (rules: GoodRules) => unknown>

/** A warning for each change that is not taken up before the next start. */
export function restartNeeded(started: GoodRules, changed: GoodRules): Mistake[] {
  return Object.entries(fixed)
    .filter(([, of]) => JSON.stringify(of(started)) !== JSON.stringify(of(changed)))
    .map(([key]) => mistakeAt(changed.tree, ['gateway', key], 'this change is taken up at the next start only'))
}
