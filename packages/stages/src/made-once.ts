import { makeOnce, type Rule } from '@sallyport/core'
import type { Made } from './judge.ts'
import type { StagePorts } from './ports.ts'
import { sharedBy } from './shared-by.ts'

/** Makes the guards of rules, each once, with the names of their rules. */
export function makeAll<G>(ports: StagePorts): (rules: readonly Rule<StagePorts, G>[]) => Made<G>[] {
  const make = makeOnce<StagePorts, G>(ports)
  const named = sharedBy((rule: Rule<StagePorts, G>): Made<G> => ({ name: rule.name, guard: make(rule) }))
  return rules => rules.map(rule => named(rule))
}
