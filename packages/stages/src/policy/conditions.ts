import type { View, Worded } from '@sallyport/core'
import type { NamedFile } from '../kind.ts'
import { type Condition, loadCondition, type WrittenCondition } from './condition.ts'

/** Conditions of a rule, ready to be asked, by what was written. */
export type LoadedConditions = ReadonlyMap<WrittenCondition, Condition>

/** A condition, and where in its rule's settings it stands. */
export interface PlacedCondition {
  readonly written: WrittenCondition
  readonly at: NamedFile['at']
}

/** Rejects with UnfitPart where one can't be meant. */
export const loadConditions = async (placed: readonly PlacedCondition[]): Promise<LoadedConditions> =>
  new Map(
    await Promise.all(placed.map(async ({ written, at }) => [written, await loadCondition(written, at)] as const)),
  )

/** What is to be said of a rule's conditions: nothing of a rule that has none. */
export function wordedBy(conditions: LoadedConditions): Worded {
  const all = [...conditions.values()]
  if (all.length === 0) return {}
  return { notes: all.flatMap(({ notes }) => notes), faults: words => all.flatMap(({ faults }) => faults(words)) }
}

/** What was loaded of a condition that was written. */
export function loadedOf(written: WrittenCondition, conditions: LoadedConditions): Condition {
  const condition = conditions.get(written)
  if (condition === undefined) throw new TypeError('a condition was not read')
  return condition
}

/** For whom a rule is: `when` for those alone who meet it, `unless` not for those who do. */
export interface Conditional {
  readonly when?: WrittenCondition | undefined
  readonly unless?: WrittenCondition | undefined
}

/** Whether a rule that hides something holds: where that can't be told, too. */
export function hidingFor({ when, unless }: Conditional, conditions: LoadedConditions): (view: View) => boolean {
  const on = when && loadedOf(when, conditions)
  const off = unless && loadedOf(unless, conditions)
  return view => on?.holds(view) !== false && off?.holds(view) !== true
}
