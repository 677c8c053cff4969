import type {
  AuthorizeGuard,
  CallEvent,
  Method,
  Operation,
  PolicyExplanation,
  PolicyVerdict,
  Rule,
  Snapshot,
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

const operationOf = ({ api, operation }: CallEvent, { snapshot }: RulesInForce): Operation<StagePorts> | undefined =>
  snapshot.apis.find(({ name }) => name === api)?.operations.find(({ id }) => id === operation)

/** What policies made of a call, rule by rule. Rules that are others since say nothing of it: then the record tells what it holds. */
export function explainedPolicies(event: CallEvent, rules: RulesInForce | undefined): readonly PolicyExplanation[] {
  const verdicts = event.policies ?? []
  const operation = rules?.snapshot.hash === event.snapshot ? operationOf(event, rules) : undefined
  if (rules === undefined || operation === undefined) return verdicts.map(recorded)
  const { ports } = rules
  const words = wordsOf([operation], (method: Rule<StagePorts, Method>) => method.create(ports, method))
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
