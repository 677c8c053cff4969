import {
  type ApiLabels,
  type AuthorizeGuard,
  type CallEvent,
  type Method,
  noLabels,
  type Operation,
  type PolicyExplanation,
  type PolicyVerdict,
  type Rule,
  type Snapshot,
} from '@sallyport/core'
import type { Issuer, StagePorts } from '../ports.ts'
import { wordsOf } from './words.ts'

/** The rules in force, and what their guards are made with. */
export interface RulesInForce {
  readonly snapshot: Pick<Snapshot<StagePorts, Issuer>, 'hash' | 'apis'>
  readonly ports: StagePorts
}

/** What the record alone tells: which policies decided. */
const recorded = ({ rule, allowed, held }: PolicyVerdict): PolicyExplanation => ({
  ...{ rule, allowed, missing: [] },
  policies: held.map(id => ({ id, effect: allowed ? 'permit' : 'forbid', state: 'held', conditions: [] })),
})

/** The operation that a call led to, and what is said of its API. */
function calledIn(
  { api, operation: id }: CallEvent,
  { snapshot }: RulesInForce,
): { readonly operation: Operation<StagePorts>; readonly labels: ApiLabels } | undefined {
  const found = snapshot.apis.find(({ name }) => name === api)
  const operation = found?.operations.find(each => each.id === id)
  return operation && { operation, labels: found?.labels ?? noLabels }
}

/** What policies made of a call, rule by rule. Rules that are others since say nothing of it: then the record tells what it holds. */
export function explainedPolicies(event: CallEvent, rules: RulesInForce | undefined): readonly PolicyExplanation[] {
  const verdicts = event.policies ?? []
  const called = rules?.snapshot.hash === event.snapshot ? calledIn(event, rules) : undefined
  if (rules === undefined || called === undefined) return verdicts.map(recorded)
  const { operation, labels } = called
  const { ports } = rules
  const words = {
    ...wordsOf([operation], (method: Rule<StagePorts, Method>) => method.create(ports, method), ports.gateway.geo),
    labels,
  }
  const judging = operation.authorize
    .map((rule: Rule<StagePorts, AuthorizeGuard>) => ({ name: rule.name, policies: rule.create(ports, rule).policies }))
    .filter(({ policies }) => policies !== undefined)
  // Rules are asked in their order until one refuses.
  return verdicts.map((verdict, i) => {
    const { name, policies } = judging[i] ?? {}
    const explained = name === verdict.rule ? policies?.explain(event, words) : undefined
    return explained === undefined ? recorded(verdict) : { rule: verdict.rule, ...explained }
  })
}
