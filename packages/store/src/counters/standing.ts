import type { CounterStanding } from './store.ts'

/** Whether calls can be counted, as a check of readiness; nothing where memory counts, which always can. */
export const countersReady = ({ where, isUp, whenDown }: CounterStanding): { readonly counters?: boolean } =>
  where === 'memory' ? {} : { counters: isUp || whenDown === 'memory' }

/** Where calls are counted now; nothing where that is always memory. */
export const countersHealth = ({ where, isUp, whenDown }: CounterStanding): { readonly counters?: string } =>
  where === 'memory' ? {} : { counters: isUp ? 'redis' : whenDown === 'memory' ? 'memory meanwhile' : 'refused' }
