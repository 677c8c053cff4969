import type { Principal } from '@sallyport/core'
import { type Action, makeAction } from './actions.ts'
import { readScope, type Scope } from './conditions.ts'
import { type Matcher, readMatcher } from './matcher.ts'
import type { Settings, WrittenRule } from './settings.ts'

/** One rule, ready to be applied. */
export interface RedactRule {
  readonly find: Matcher
  readonly records: Matcher | undefined
  readonly scope: Scope
  readonly action: Action
}

const ruleOf = ({ at, record, when, unless, action }: WrittenRule, key: Uint8Array): RedactRule => ({
  find: readMatcher(at),
  records: record === undefined ? undefined : readMatcher(record),
  scope: readScope(when, unless),
  action: makeAction(action, key),
})

export const readRules = ({ rules }: Settings, key: Uint8Array): readonly RedactRule[] =>
  rules.map(rule => ruleOf(rule, key))

/** What holds for one caller. */
export interface CallerRules {
  readonly principal: Principal
  /** Those that may hold, and what decided it: two callers with the same see the same of the same answer. */
  readonly rules: readonly RedactRule[]
  readonly decided: string
}

export function rulesFor(all: readonly RedactRule[], principal: Principal): CallerRules {
  const rules = all.filter(({ scope }) => scope.holds(principal, undefined))
  const decided = JSON.stringify(
    rules.map(rule => [
      all.indexOf(rule),
      rule.scope.standing(principal),
      rule.scope.relations.map(relation => relation.ofCaller(principal)),
    ]),
  )
  return { principal, rules, decided }
}
