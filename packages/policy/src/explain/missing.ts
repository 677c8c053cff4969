import type { Question } from '../question.ts'
import { allChanged, type Change } from './change.ts'
import type { Setting } from './found-slot.ts'
import type { Condition } from './report.ts'
import { type Slot, slotsOf } from './slots.ts'

/** Questions that may still be asked to find out what is missing. */
export interface Budget {
  left: number
}

/** Changes that together are still worth telling. */
const mostChanges = 4

/** Whether a call would pass. */
export type Passes = (question: Question) => boolean

/** Subsets of so many, in order. */
function* subsets<Each>(all: readonly Each[], size: number, from = 0): Generator<readonly Each[]> {
  if (size === 0) return yield []
  for (let i = from; i <= all.length - size; i++) {
    const each = all[i]
    if (each === undefined) return
    for (const others of subsets(all, size - 1, i + 1)) yield [each, ...others]
  }
}

/** One change of each slot, in all ways. */
function* ways(slots: readonly Slot[]): Generator<readonly Change[]> {
  const [first, ...others] = slots
  if (first === undefined) return yield []
  for (const change of first.changes) for (const rest of ways(others)) yield [change, ...rest]
}

const holdsAll = (all: readonly Slot[], some: readonly Slot[]) => some.every(slot => all.includes(slot))

/** What has to be otherwise: of each of these at least one thing that it depends on. */
interface Need {
  readonly slots: readonly Slot[]
  readonly each: readonly ReadonlySet<string>[]
}

const keysOf = (slots: readonly Slot[]): ReadonlySet<string> => new Set(slots.map(({ key }) => key))

function needOf(wrong: readonly (readonly Condition[])[], all: readonly Condition[], setting: Setting): Need {
  const literals = (conditions: readonly Condition[]) => conditions.map(({ literal }) => literal)
  return {
    slots: slotsOf(literals(all), setting),
    each: wrong.map(conditions => keysOf(slotsOf(literals(conditions), setting))),
  }
}

/** The smallest sets of changes after which a call would pass: none of them with a slot more than it takes. */
function found(
  { slots, each }: Need,
  passes: Passes,
  { question, clock }: Setting,
  budget: Budget,
): readonly (readonly Change[])[] {
  const sets: { readonly slots: readonly Slot[]; readonly changes: readonly Change[] }[] = []
  for (let size = 1; size <= Math.min(mostChanges, slots.length); size++)
    for (const some of subsets(slots, size)) {
      if (sets.some(known => holdsAll(some, known.slots))) continue
      if (each.some(keys => some.every(({ key }) => !keys.has(key)))) continue
      for (const changes of ways(some)) {
        if (budget.left-- <= 0) return sets.map(set => set.changes)
        const other = allChanged(question, changes, clock)
        if (other === undefined || !passes(other)) continue
        sets.push({ slots: some, changes })
        break
      }
    }
  return sets.map(set => set.changes)
}

/** One permit that doesn't hold, and all forbids that do, or can't be judged. */
export interface Obstacles {
  readonly permit: readonly Condition[]
  readonly forbids: readonly (readonly Condition[])[]
}

/** What would let a call pass by one permit. Nothing where that can't be found out. */
export function missingFor(
  { permit, forbids }: Obstacles,
  passes: Passes,
  setting: Setting,
  budget: Budget,
): readonly (readonly Change[])[] {
  const wrong = permit
    .filter(condition => condition.tell(setting.question).state !== 'true')
    .map(condition => [condition])
  return found(needOf([...wrong, ...forbids], [...permit, ...forbids.flat()], setting), passes, setting, budget)
}
