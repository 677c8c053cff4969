import type { Rule } from '@sallyport/core'
import type { Made } from './judge.ts'
import type { StagePorts } from './ports.ts'
import { sharedBy } from './shared-by.ts'

/** Makes each rule once, however many operations inherit it. */
export function makeOnce<G>(ports: StagePorts): (rule: Rule<StagePorts, G>) => G {
  const made = new Map<Rule<StagePorts, G>, G>()
  return rule => {
    const guard = made.get(rule) ?? rule.create(ports, rule)
    made.set(rule, guard)
    return guard
  }
}

/** Makes the guards of rules, each once, with the names of their rules. */
export function makeAll<G>(ports: StagePorts): (rules: readonly Rule<StagePorts, G>[]) => Made<G>[] {
  const make = makeOnce<G>(ports)
  const named = sharedBy((rule: Rule<StagePorts, G>): Made<G> => ({ name: rule.name, guard: make(rule) }))
  return rules => rules.map(rule => named(rule))
}
