import { describe } from 'node:test'
import { counterExamples } from './counter-examples.ts'
import { counterProperties } from './counter-properties.ts'
import type { MakeCounters } from './make-counters.ts'

/** What every counter store must keep to. `runs` is how many cases each property tries, fewer for stores that are slow to reach. */
export function counterConformance(name: string, make: MakeCounters, runs = 200): void {
  describe(`counters in ${name}`, () => {
    counterExamples(make)
    counterProperties(make, runs)
  })
}
