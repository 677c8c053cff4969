import { ancestorsIn, type Entities } from '../entities.ts'
import type { Question } from '../question.ts'
import type { EntityUid } from '../values/entity-uid.ts'
import type { Policy } from './policy.ts'
import type { Part } from './scope.ts'

/** In this order: the first part of its head that says anything is what a policy is kept under. */
const parts: readonly Part[] = ['action', 'resource', 'principal']

const none: readonly Policy[] = []

type Slice = ReadonlyMap<string, readonly Policy[]>
type Slices = Readonly<Record<Part, Slice>>

/** Where a policy is kept: under entities, or under a type. */
interface Slot {
  readonly part: Part
  readonly keys: readonly string[]
}

function slotOf({ scopes }: Policy): Slot | undefined {
  for (const part of parts) {
    const { type, among } = scopes[part]
    if (among !== undefined) return { part, keys: among.map(({ key }) => key) }
    if (type !== undefined) return { part, keys: [type] }
  }
  return undefined
}

/**
 * Finds the policies that may fit a question, and some that don't: those whose head names neither it nor what it is in are left out, which
 * can neither be satisfied nor err.
 */
export function slicing(policies: readonly Policy[]): (question: Question) => readonly Policy[] {
  const always: Policy[] = []
  const slices = {
    action: new Map<string, Policy[]>(),
    resource: new Map<string, Policy[]>(),
    principal: new Map<string, Policy[]>(),
  }
  for (const policy of policies) {
    const slot = slotOf(policy)
    if (slot === undefined) always.push(policy)
    else for (const key of new Set(slot.keys)) keep(slices[slot.part], key, policy)
  }
  return question => candidates(question, always, slices)
}

function keep(slice: Map<string, Policy[]>, key: string, policy: Policy): void {
  const kept = slice.get(key)
  if (kept === undefined) slice.set(key, [policy])
  else kept.push(policy)
}

function candidates(question: Question, always: readonly Policy[], slices: Slices): readonly Policy[] {
  let found = always
  for (const part of parts) {
    const slice = slices[part]
    if (slice.size > 0) found = joined(found, keptFor(slice, question[part], question.entities))
  }
  return found
}

const joined = (some: readonly Policy[], others: readonly Policy[]) => {
  if (some.length === 0) return others
  return others.length === 0 ? some : [...some, ...others]
}

/** A policy is kept under entities or under a type; under several entities perhaps, so that it may be met more than once above one. */
function keptFor(slice: Slice, uid: EntityUid, entities: Entities): readonly Policy[] {
  const own = joined(slice.get(uid.key) ?? none, slice.get(uid.type) ?? none)
  let found = own
  for (const key of ancestorsIn(entities, uid)) found = joined(found, slice.get(key) ?? none)
  return found === own ? own : [...new Set(found)]
}
