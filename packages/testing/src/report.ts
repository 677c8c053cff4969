import type { Mutant } from './mutants.ts'
import { tryMutants } from './mutants.ts'
import type { Tested } from './tester.ts'
import { type Unit, unitsOf } from './units.ts'

/** What tests made of one rule. */
export interface RuleReport {
  readonly key: string
  /** `policy office-hours.cedar: in-office-hours`, `limit burst: 5/10s per user`. */
  readonly rule: string
  /** Who wrote it: `gateway`, `warehouse`, `warehouse GET /items`. */
  readonly of: string
  /** Whether it decided something in a test. */
  readonly hit: boolean
  /** Whether a test would notice if it were gone. */
  readonly noticed: boolean
}

/** What tests made of a gateway or an application. */
export interface Report {
  readonly name: string
  readonly calls: number
  /** Calls that came to something else when they were made again: they tell nothing of mutants. */
  readonly unrepeatable: number
  readonly rules: readonly RuleReport[]
  readonly mutants: number
  /** Milliseconds that it took to try them. */
  readonly ms: number
}

/** Labels of rights say what they are; those of other rules stand behind a name. */
function textOf({ list, rule, part }: Unit): string {
  const { name, label } = rule
  const kind = list === 'limit' || list === 'admitLimit' ? 'limit ' : ''
  const text = list === 'authorize' ? label : `${kind}${name}: ${label}`
  return part === undefined ? text : `${text}: ${part}`
}

/** Whether a unit decided a call: a permit one that was answered, whatever refuses one that was refused. */
const decides = ({ key, permits }: Unit, { calls }: Tested) =>
  calls.some(({ outcome }) => outcome.decided.has(key) && (outcome.event?.refusal === undefined) === permits)

/** Whether what leaves or is recorded shows that a unit was there: rules about messages change them, or only report. */
const shows = ({ list, changes }: Unit, { differs }: Mutant) =>
  differs && (changes || list === 'inspect' || list === 'protect')

const ruleReport = (mutant: Mutant, tested: Tested): RuleReport => {
  const { unit, noticed } = mutant
  const hit = decides(unit, tested) || shows(unit, mutant)
  return { key: unit.key, rule: textOf(unit), of: unit.rule.owner, hit, noticed }
}

/** What tests made of the rules of what is under test. */
export async function reportOf(tested: Tested): Promise<Report> {
  const begun = performance.now()
  const units = unitsOf(tested.setting.snapshot, tested.stand.made)
  const { unrepeatable, mutants } = await tryMutants(tested, units)
  return {
    ...{ name: tested.name, calls: tested.calls.length, unrepeatable, mutants: mutants.length },
    rules: mutants.map(mutant => ruleReport(mutant, tested)),
    ms: performance.now() - begun,
  }
}
