import type {
  AdmitGuard,
  AuthorizeGuard,
  Guard,
  IdentifyTree,
  JsonLimits,
  Limit,
  Method,
  Rule,
  RuleOrigin,
} from '@sallyport/core'
import { type Bound, inspectKinds, protectKinds, type StagePorts } from '@sallyport/stages'
import type { AdmitRule, WrittenAdmit, WrittenIdentify, WrittenLimits } from '../schema/rules.ts'

/** A rule that may have to be made for each operation that a document describes. */
export type LevelRule<Made> = Rule<StagePorts, Made> & Pick<Bound<Made>, 'described'>

type R<Made> = LevelRule<Made>

/** What one level (gateway, API, operation) says, as rules that know who wrote them. */
export interface LevelRules {
  readonly identify: IdentifyTree<R<Method>> | undefined
  readonly admit: readonly R<AdmitGuard>[]
  readonly admitLimit: readonly R<Limit>[]
  readonly maxBody: number | undefined
  readonly json: JsonLimits
  readonly authorize: readonly R<AuthorizeGuard>[]
  readonly limit: readonly R<Limit>[]
  readonly inspect: readonly R<Guard>[]
  readonly protect: readonly R<Guard>[]
  /** Names of rules of the levels above that don't hold here. */
  readonly without: readonly string[]
}

/** Where a rule stands in the section of its stage. */
export const placeWithin = ({ kind, trial }: Pick<Bound<unknown>, 'kind' | 'trial'>): readonly string[] =>
  trial?.isBeside === true ? ['shadow', kind] : [kind]

interface Written {
  readonly admit?: WrittenAdmit | undefined
  readonly identify?: WrittenIdentify | undefined
  readonly authorize?: readonly Bound<AuthorizeGuard>[] | undefined
  readonly limit?: WrittenLimits | undefined
  readonly inspect?: readonly Bound<Guard>[] | undefined
  readonly protect?: readonly Bound<Guard>[] | undefined
  readonly without?: readonly string[] | undefined
}

function identifyRules(tree: WrittenIdentify, rule: (bound: Bound<Method>) => R<Method>): IdentifyTree<R<Method>> {
  if ('any' in tree) return { any: tree.any.map(child => identifyRules(child, rule)) }
  if ('all' in tree) return { all: tree.all.map(child => identifyRules(child, rule)) }
  return rule(tree)
}

/** `owner` names the level: `gateway`, `warehouse`, `warehouse GET /items`. */
export function levelRules(written: Written, from: RuleOrigin, owner: string): LevelRules {
  const rule = <Made>(bound: Bound<Made>, name = placeWithin(bound).join('.')): R<Made> => ({
    ...bound,
    ...{ name, from, owner },
  })
  const named = (limits: WrittenLimits) => Object.entries(limits).map(([name, bound]) => rule(bound, name))
  const ip: AdmitRule[] = written.admit?.ip === undefined ? [] : [written.admit.ip]
  return {
    identify: written.identify && identifyRules(written.identify, rule),
    admit: ip.map(bound => rule(bound)),
    admitLimit: named(written.admit?.limit ?? {}),
    maxBody: written.admit?.maxBody,
    json: written.admit?.json ?? {},
    authorize: (written.authorize ?? []).map(bound => rule(bound)),
    limit: named(written.limit ?? {}),
    inspect: (written.inspect ?? []).map(bound => rule(bound)),
    protect: (written.protect ?? []).map(bound => rule(bound)),
    without: written.without ?? [],
  }
}

const nothing: readonly never[] = []

/** The rules above that still hold; the same list where all do. */
function remaining<Made>(above: readonly R<Made>[], without: readonly string[]): readonly R<Made>[] {
  const kept = above.filter(({ name }) => !without.includes(name))
  return kept.length === above.length ? above : kept
}

/**
 * What every level says, from the outermost on; a level's `without` takes away what stands above it, never its own.
 * What a level inherits unchanged is the same list, so that operations have in common what they inherit.
 */
function added<Made>(
  levels: readonly LevelRules[],
  rulesOf: (level: LevelRules) => readonly R<Made>[],
): readonly R<Made>[] {
  return levels.reduce<readonly R<Made>[]>((above, level) => {
    const [kept, own] = [remaining(above, level.without), rulesOf(level)]
    if (own.length === 0) return kept
    return kept.length === 0 ? own : [...kept, ...own]
  }, nothing)
}

/** Rules of all levels in the order of their stage's table; of one kind the outermost first. */
function inTableOrder(table: object, rules: readonly R<Guard>[]): readonly R<Guard>[] {
  const order = Object.keys(table)
  const places = rules.map(({ kind }) => order.indexOf(kind))
  if (places.every((place, i) => place >= (places[i - 1] ?? 0))) return rules
  return [...rules].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
}

const noLimits: JsonLimits = {}

/** The limits of JSON above with a level's own; the same where it has none. */
export const withLimits = <Limits extends JsonLimits>(above: Limits, own: JsonLimits): Limits =>
  Object.keys(own).length === 0 ? above : { ...above, ...own }

/** What all levels come to, the outermost first: the nearest identify, size and limit of JSON; every other rule adds up. */
export function inherited(levels: readonly LevelRules[]) {
  const nearestFirst = [...levels].reverse()
  return {
    identify: nearestFirst.find(level => level.identify !== undefined)?.identify,
    maxBody: nearestFirst.find(level => level.maxBody !== undefined)?.maxBody,
    json: levels.reduce((above, { json }) => withLimits(above, json), noLimits),
    admit: added(levels, ({ admit }) => admit),
    admitLimit: added(levels, ({ admitLimit }) => admitLimit),
    authorize: added(levels, ({ authorize }) => authorize),
    limit: added(levels, ({ limit }) => limit),
    inspect: inTableOrder(
      inspectKinds,
      added(levels, ({ inspect }) => inspect),
    ),
    protect: inTableOrder(
      protectKinds,
      added(levels, ({ protect }) => protect),
    ),
  }
}

/** The names that `without` may take away below these levels. */
export function namesOf(levels: readonly LevelRules[]): ReadonlySet<string> {
  const { admit, admitLimit, authorize, limit, inspect, protect } = inherited(levels)
  return new Set([...admit, ...admitLimit, ...authorize, ...limit, ...inspect, ...protect].map(({ name }) => name))
}
