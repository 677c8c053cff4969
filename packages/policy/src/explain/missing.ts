import type { Question } from '../question.ts'
import { allChanged, type Change } from './change.ts'
import type { Setting } from './found-slot.ts'
import type { Condition } from './report.ts'
import { keysOf, type Slot, slotsOf } from './slots.ts'

/** Work that may still be done to explain one call; about a microsecond each. */
export interface Budget {
  left: number
  /** What a question takes. */
  readonly question: number
}

/** Whether there is enough left for this. */
function spend(budget: Budget, cost: number): boolean {
  budget.left -= cost
  return budget.left >= 0
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

/** Names of things one of which has to be otherwise. */
export type Keys = ReadonlySet<string>

/** What has to be otherwise: of each of these at least one thing that it depends on. */
interface Need {
  readonly slots: readonly Slot[]
  readonly each: readonly Keys[]
}

const literalsOf = (conditions: readonly Condition[]) => conditions.map(({ literal }) => literal)

/** What conditions depend on that have to come to something else. */
export const keysIn = (conditions: readonly Condition[], setting: Setting): Keys =>
  keysOf(literalsOf(conditions), setting)

/** Whether so many things must be otherwise, each for itself, that it isn't told: no set of changes is looked for. */
function isTooMuch(each: readonly Keys[]): boolean {
  const apart: Keys[] = []
  for (const keys of each) {
    if (!apart.some(other => [...other].some(key => keys.has(key)))) apart.push(keys)
    if (apart.length > mostChanges) return true
  }
  return false
}

/** The smallest sets of changes after which a call would pass: none of them with a slot more than it takes. */
function found(
  { slots, each }: Need,
  passes: Passes,
  { question, clock }: Setting,
  budget: Budget,
): readonly (readonly Change[])[] {
  const sets: { readonly slots: readonly Slot[]; readonly changes: readonly Change[] }[] = []
  const ended = () => sets.map(set => set.changes)
  for (let size = 1; size <= Math.min(mostChanges, slots.length); size++)
    for (const some of subsets(slots, size)) {
      if (!spend(budget, (1 + each.length + sets.length) / 10)) return ended()
      if (sets.some(known => holdsAll(some, known.slots))) continue
      if (each.some(keys => some.every(({ key }) => !keys.has(key)))) continue
      for (const changes of ways(some)) {
        if (!spend(budget, budget.question)) return ended()
        const other = allChanged(question, changes, clock)
        if (other === undefined || !passes(other)) continue
        sets.push({ slots: some, changes })
        break
      }
    }
  return ended()
}

/** One permit that doesn't hold, and all forbids that do, or can't be judged, with what each of them depends on. */
export interface Obstacles {
  readonly permit: readonly Condition[]
  readonly forbids: readonly Condition[]
  readonly forbidden: readonly Keys[]
}

/** What would let a call pass by one permit. Nothing where that can't be found out. */
export function missingFor(
  { permit, forbids, forbidden }: Obstacles,
  passes: Passes,
  setting: Setting,
  budget: Budget,
): readonly (readonly Change[])[] {
  const all = [...permit, ...forbids]
  if (!spend(budget, all.length * 10)) return []
  const wrong = permit.filter(condition => condition.tell(setting.question).state !== 'true')
  const each = [...wrong.map(condition => keysIn([condition], setting)), ...forbidden]
  if (isTooMuch(each)) return []
  const slots = slotsOf(literalsOf(all), setting)
  const changes = slots.reduce((sum, slot) => sum + slot.changes.length, 0)
  return spend(budget, changes) ? found({ slots, each }, passes, setting, budget) : []
}
