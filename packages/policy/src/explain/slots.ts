import { atomsOf } from '../logic/atoms.ts'
import type { Literal } from '../logic/literals.ts'
import { type Terms, termsOf } from '../logic/terms.ts'
import { UnknownFact } from '../partly/unknown-fact.ts'
import { valueText } from '../values/value-text.ts'
import { claimSlots, idSlots, principalSlots } from './caller-slots.ts'
import type { Change } from './change.ts'
import { addressSlot, countrySlot, credentialSlot, scopeSlots } from './context-slots.ts'
import { type Found, memberSlot, type Named, type Setting } from './found-slot.ts'
import { namesTime, timeChanges, timeTerms } from './times.ts'

/** Something about a call that could be otherwise, and how: each a change of it, the likeliest first. */
export interface Slot {
  readonly key: string
  readonly changes: readonly Change[]
}

type Slots = (named: Named) => readonly Found[]

/** By the names of the path, the last of which may be any. */
const slotsAt: readonly (readonly [path: readonly string[], slots: Slots])[] = [
  [['principal'], principalSlots],
  [['principal', 'id'], idSlots],
  [['principal', '*'], claimSlots],
  [['resource', '*'], named => [memberSlot('parameter', 'text', named)]],
  [['context', 'scopes'], scopeSlots],
  [['context', 'credential'], named => [credentialSlot(named)]],
  [['context', 'ip'], named => [addressSlot(named)]],
  [['context', 'country'], named => [countrySlot(named)]],
  [['context', 'headers', '*'], named => [memberSlot('header', 'text', named)]],
  [['context', 'query', '*'], named => [memberSlot('query', 'text', named)]],
]

const fits = (path: readonly string[], shape: readonly string[]) =>
  path.length === shape.length && shape.every((name, i) => name === '*' || name === path[i])

/** What isn't known of a call isn't told to be missing. */
function slotsOfMember(named: Named): readonly Found[] {
  try {
    return slotsAt.find(([shape]) => fits(named.path, shape))?.[1](named) ?? []
  } catch (error) {
    if (error instanceof UnknownFact) return []
    throw error
  }
}

const changeKey = (change: Change) =>
  JSON.stringify(Object.values(change).map(value => (typeof value === 'object' ? valueText(value) : (value ?? null))))

const distinct = (changes: readonly Change[]) => [
  ...new Map(changes.map(change => [changeKey(change), change])).values(),
]

function merged(all: readonly Found[]): readonly Slot[] {
  const byKey = Map.groupBy(all, ({ key }) => key)
  return [...byKey].map(([key, found]) => ({
    key,
    changes: distinct([...found.flatMap(({ named }) => named), ...found.flatMap(({ usual }) => usual)]),
  }))
}

const termsIn = (literals: readonly Literal[]) => literals.flatMap(atomsOf).map(({ json }) => termsOf(json))

const foundIn = (all: readonly Terms[], setting: Setting) =>
  all.flatMap(terms => terms.paths.flatMap(path => slotsOfMember({ path, terms, setting })))

/** All that conditions depend on and that could be otherwise. */
export function slotsOf(literals: readonly Literal[], setting: Setting): readonly Slot[] {
  const all = termsIn(literals)
  const slots = merged(foundIn(all, setting))
  const time = timeTerms(all)
  return time === undefined ? slots : [...slots, { key: 'time', changes: timeChanges(time, setting.at, setting.clock) }]
}

/** The keys of these. */
export function keysOf(literals: readonly Literal[], setting: Setting): ReadonlySet<string> {
  const all = termsIn(literals)
  return new Set([...foundIn(all, setting).map(({ key }) => key), ...(namesTime(all) ? ['time'] : [])])
}
