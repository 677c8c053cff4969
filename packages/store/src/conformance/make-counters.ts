import type { Counters } from '@sallyport/core'

/** Gives counters whose keys nobody has used yet. */
export type MakeCounters = () => Counters | Promise<Counters>
