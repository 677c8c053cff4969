import type { Guard, Limit, Rule, RuleOrigin } from '@sallyport/core'
import { type Bound, type StagePorts, UnfitPart } from '@sallyport/stages'
import type { Rules } from './api.ts'
import { limitRule } from './limit.ts'
import { inspectRules, protectRules } from './section.ts'

/** Where rules were declared. */
interface Origin {
  readonly from: RuleOrigin
  readonly owner: string
}

/** What was declared in one place, ready to be made. */
export interface Level extends Origin {
  readonly rules: Rules
  readonly limit: readonly Rule<StagePorts, Limit>[]
  readonly inspect: readonly Rule<StagePorts, Guard>[]
  readonly protect: readonly Rule<StagePorts, Guard>[]
}

const nameOf = ({ kind, trial }: Bound<unknown>) => (trial?.isBeside === true ? `shadow.${kind}` : kind)

export const ruleOf = <Made>(
  bound: Bound<Made>,
  { from, owner }: Origin,
  name = nameOf(bound),
): Rule<StagePorts, Made> => ({
  ...bound,
  name,
  from,
  owner,
})

/** A rule with what must be loaded before it can be made, such as what reads its conditions. Rejects with TypeError that names the option. */
async function loaded<Made>(bound: Bound<Made>, option: string): Promise<Bound<Made>> {
  const { unread } = bound
  if (unread === undefined) return bound
  try {
    return { ...bound, create: await unread.bind([]) }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const at = error instanceof UnfitPart ? error.at : []
    throw new TypeError(`${[option, ...at].join('.')}: ${error.message}`)
  }
}

type Named<Made> = readonly [name: string, bound: Bound<Made>]

/** Reads what was declared; `where` names the place. Rejects with TypeError that names the option which can't be meant. */
export async function levelOf(origin: Origin, rules: Rules, where = ''): Promise<Level> {
  const ready = <Made>(stage: string, bounds: readonly Named<Made>[]) =>
    Promise.all(
      bounds.map(async ([name, bound]) => ruleOf(await loaded(bound, `${where}${stage}.${name}`), origin, name)),
    )
  const named = (bound: Bound<Guard>): Named<Guard> => [nameOf(bound), bound]
  const limits = Object.entries(rules.limit ?? {}).map(([name, options]) => [name, limitRule(name, options)] as const)
  const [limit, inspect, protect] = await Promise.all([
    ready('limit', limits),
    ready('inspect', inspectRules(rules.inspect).map(named)),
    ready('protect', protectRules(rules.protect).map(named)),
  ])
  return { ...origin, rules, limit, inspect, protect }
}

/** Rules of all levels in the order of their stage's table; of one kind the outermost first. */
export function inOrder(
  table: object,
  stage: 'inspect' | 'protect',
  levels: readonly Level[],
): Rule<StagePorts, Guard>[] {
  const order = Object.keys(table)
  const rules = levels.flatMap(level => level[stage])
  return rules.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
}
