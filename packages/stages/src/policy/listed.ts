import type { PolicyRule } from '@sallyport/contract'
import type { AuthorizeGuard, Rule } from '@sallyport/core'
import type { StagePorts } from '../ports.ts'
import type { RulesInForce } from './explained.ts'

type AuthorizeRule = Rule<StagePorts, AuthorizeGuard>

/** The policies of all rules that judge by some; what several operations inherit is told once. */
export function policiesIn({ snapshot, ports }: RulesInForce): readonly PolicyRule[] {
  const places = snapshot.apis.flatMap(({ name: api, operations }) =>
    operations.flatMap(({ id: operation, authorize }) =>
      authorize.map((rule: AuthorizeRule) => ({ rule, place: { api, operation } })),
    ),
  )
  return [...Map.groupBy(places, ({ rule }) => rule)].flatMap(([rule, held]) => {
    const { policies, parts } = rule.create(ports, rule)
    if (policies === undefined || parts === undefined) return []
    return {
      ...{ rule: rule.name, label: rule.label, places: held.map(({ place }) => place) },
      policies: parts.all.map(({ id, permits }) => ({
        id,
        effect: permits ? ('permit' as const) : ('forbid' as const),
      })),
    }
  })
}
