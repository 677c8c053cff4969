import type { Outcome } from './made.ts'
import type { Rules } from './rules.ts'
import { type Setting, Stand } from './stand.ts'
import type { Tested, TestedCall } from './tester.ts'
import { differ } from './told.ts'
import { onlyAt, placeOf, type Unit, without } from './units.ts'

/** What became of the calls of tests without a unit. */
export interface Mutant {
  readonly unit: Unit
  /** Whether something that a test expects would not be so. */
  readonly noticed: boolean
  /** Whether any call would have come to something else. */
  readonly differs: boolean
}

/** A call of a test that can be made again. */
interface Repeatable extends TestedCall {
  readonly place: string | undefined
  /** What it comes to each time with all rules. */
  readonly usual: Outcome
}

const isAsExpected = ({ holds }: TestedCall, outcome: Outcome) => holds.every(hold => hold(outcome))

const placeIn = ({ event }: Outcome) =>
  event?.operation === undefined ? undefined : placeOf(event.api, event.operation)

/** Makes calls again, those of one world after the other; `told` says whether it has seen enough. */
async function repeat<C extends TestedCall>(
  calls: readonly C[],
  setting: Setting,
  told: (call: C, outcome: Outcome) => boolean,
): Promise<void> {
  const stand = await Stand.of(setting)
  let world: number | undefined
  for (const call of calls) {
    if (call.world !== world) stand.renew()
    world = call.world
    const outcome = await stand.judge(call.made, { handled: call.outcome.handled })
    if (told(call, outcome)) return
  }
}

/** The calls that come to what tests expect of them each time that they are made. */
async function repeatable(calls: readonly TestedCall[], setting: Setting): Promise<readonly Repeatable[]> {
  const found: Repeatable[] = []
  await repeat(calls, setting, (call, usual) => {
    if (isAsExpected(call, call.outcome) && isAsExpected(call, usual))
      found.push({ ...call, usual, place: placeIn(usual) })
    return false
  })
  return found
}

/** The calls of every world in which one met the unit: limits and state lead from one call to the next. */
function concerned(calls: readonly Repeatable[], { operations, outside }: Unit): readonly Repeatable[] {
  const meets = ({ place }: Repeatable) => (place === undefined ? outside : operations.has(place))
  const worlds = new Set(calls.filter(meets).map(({ world }) => world))
  return calls.filter(({ world }) => worlds.has(world))
}

/** Operations that no call led to are left out, unless calls that led nowhere matter. */
function rulesFor(calls: readonly Repeatable[], rules: Rules): Rules {
  const places = new Set(calls.map(({ place }) => place))
  if (places.has(undefined)) return rules
  return onlyAt(rules, new Set([...places].filter(place => place !== undefined)))
}

async function tryWithout(unit: Unit, calls: readonly Repeatable[], setting: Setting): Promise<Mutant> {
  const met = concerned(calls, unit).filter(({ place }) => place !== undefined || unit.outside)
  const seen = { noticed: false, differs: false }
  if (met.length === 0) return { unit, ...seen }
  const snapshot = without(rulesFor(met, setting.snapshot), unit)
  await repeat(met, { ...setting, snapshot }, (call, outcome) => {
    seen.noticed ||= !isAsExpected(call, outcome)
    seen.differs ||= differ(call.usual, outcome)
    return seen.noticed && seen.differs
  })
  return { unit, ...seen }
}

/** Takes each unit away in turn, and makes the calls of the tests again. */
export async function tryMutants(
  { calls, setting }: Tested,
  units: readonly Unit[],
): Promise<{ readonly unrepeatable: number; readonly mutants: readonly Mutant[] }> {
  const inWorlds = calls.toSorted((a, b) => a.world - b.world)
  const known = await repeatable(inWorlds, setting)
  const mutants: Mutant[] = []
  for (const unit of units) mutants.push(await tryWithout(unit, known, setting))
  return { unrepeatable: calls.length - known.length, mutants }
}
