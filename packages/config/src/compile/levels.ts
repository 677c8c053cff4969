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
  /** Names of rules of the levels above that don't hold here. */
  readonly without: readonly string[]
}

interface Written {
  readonly admit?: WrittenAdmit | undefined
  readonly identify?: WrittenIdentify | undefined
  readonly authorize?: readonly Bound<AuthorizeGuard>[] | undefined
  readonly limit?: WrittenLimits | undefined
  readonly without?: readonly string[] | undefined
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
    without: written.without ?? [],
  }
}

/** What every level says, from the outermost on; a level's `without` takes away what stands above it, never its own. */
function added<Made>(levels: readonly LevelRules[], rulesOf: (level: LevelRules) => readonly R<Made>[]): R<Made>[] {
  return levels.reduce<R<Made>[]>(
    (above, level) => [...above.filter(({ name }) => !level.without.includes(name)), ...rulesOf(level)],
    [],
  )
}

/** What all levels come to, the outermost first: the nearest identify and size; every other rule adds up. */
export function inherited(levels: readonly LevelRules[]) {
  const nearestFirst = [...levels].reverse()
  return {
    identify: nearestFirst.find(level => level.identify !== undefined)?.identify,
    maxBody: nearestFirst.find(level => level.maxBody !== undefined)?.maxBody,
    admit: added(levels, ({ admit }) => admit),
    admitLimit: added(levels, ({ admitLimit }) => admitLimit),
    authorize: added(levels, ({ authorize }) => authorize),
    limit: added(levels, ({ limit }) => limit),
  }
}

/** The names that `without` may take away below these levels. */
export function namesOf(levels: readonly LevelRules[]): ReadonlySet<string> {
  const { admit, admitLimit, authorize, limit } = inherited(levels)
  return new Set([...admit, ...admitLimit, ...authorize, ...limit].map(({ name }) => name))
}
