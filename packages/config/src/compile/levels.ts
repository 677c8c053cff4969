import type { AdmitGuard, AuthorizeGuard, IdentifyTree, Limit, Method, Rule, RuleOrigin } from '@sallyport/core'
import type { Bound, StagePorts } from '@sallyport/stages'
import type { AdmitRule, WrittenAdmit, WrittenIdentify, WrittenLimits } from '../schema/rules.ts'

type R<Made> = Rule<StagePorts, Made>

/** What one level (gateway, API, operation) says, as rules that know who wrote them. */
export interface LevelRules {
  readonly identify: IdentifyTree<R<Method>> | undefined
  readonly admit: readonly R<AdmitGuard>[]
  readonly admitLimit: readonly R<Limit>[]
  readonly maxBody: number | undefined
  readonly authorize: readonly R<AuthorizeGuard>[]
  readonly limit: readonly R<Limit>[]
}

interface Written {
  readonly admit?: WrittenAdmit | undefined
  readonly identify?: WrittenIdentify | undefined
  readonly authorize?: readonly Bound<AuthorizeGuard>[] | undefined
  readonly limit?: WrittenLimits | undefined
}

function identifyRules(tree: WrittenIdentify, rule: (bound: Bound<Method>) => R<Method>): IdentifyTree<R<Method>> {
  if ('any' in tree) return { any: tree.any.map(child => identifyRules(child, rule)) }
  if ('all' in tree) return { all: tree.all.map(child => identifyRules(child, rule)) }
  return rule(tree)
}

/** `owner` names the level: `gateway`, `warehouse`, `warehouse GET /items`. */
export function levelRules(written: Written, from: RuleOrigin, owner: string): LevelRules {
  const rule = <Made>(bound: Bound<Made>, name = bound.kind): R<Made> => ({ ...bound, name, from, owner })
  const named = (limits: WrittenLimits) => Object.entries(limits).map(([name, bound]) => rule(bound, name))
  const ip: AdmitRule[] = written.admit?.ip === undefined ? [] : [written.admit.ip]
  return {
    identify: written.identify && identifyRules(written.identify, rule),
    admit: ip.map(bound => rule(bound)),
    admitLimit: named(written.admit?.limit ?? {}),
    maxBody: written.admit?.maxBody,
    authorize: (written.authorize ?? []).map(bound => rule(bound)),
    limit: named(written.limit ?? {}),
  }
}

/** What all levels come to: the nearest identify and size, and every other rule but those that `without` names. */
export function inherited(levels: readonly LevelRules[], without: ReadonlySet<string>) {
  const left = <Made>(rules: readonly R<Made>[]) => rules.filter(rule => !without.has(rule.name))
  const nearestFirst = [...levels].reverse()
  return {
    identify: nearestFirst.find(level => level.identify !== undefined)?.identify,
    maxBody: nearestFirst.find(level => level.maxBody !== undefined)?.maxBody,
    admit: left(levels.flatMap(level => level.admit)),
    admitLimit: left(levels.flatMap(level => level.admitLimit)),
    authorize: left(levels.flatMap(level => level.authorize)),
    limit: left(levels.flatMap(level => level.limit)),
    names: new Set(
      levels
        .flatMap(level => [...level.admit, ...level.admitLimit, ...level.authorize, ...level.limit])
        .map(({ name }) => name),
    ),
  }
}
