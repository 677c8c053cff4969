import type { Api, AuthorizeGuard, Method, Operation, Rule, RuleFault, Words } from '@sallyport/core'
import { type StagePorts, wordsOf } from '@sallyport/stages'
import type { Path } from '../read/tree.ts'
import type { Compilation } from './compilation.ts'

type AuthorizeRule = Rule<StagePorts, AuthorizeGuard>

/** An operation, and the API that it is of. */
interface Held {
  readonly api: string
  readonly operation: Operation<StagePorts>
}

function placeOf({ from, kind }: AuthorizeRule, { api, operation }: Held): Path {
  if (from === 'gateway') return ['gateway', 'authorize', kind]
  const path = ['apis', api]
  return [...(from === 'api' ? path : [...path, 'operations', operation.id]), 'authorize', kind]
}

const told = ({ message, line, column }: RuleFault) =>
  line === undefined ? message : `line ${line}, column ${column}: ${message}`

/** Where each rule holds: what it may name is what is there. */
function held(apis: readonly Api<StagePorts>[]): ReadonlyMap<AuthorizeRule, readonly Held[]> {
  const places = new Map<AuthorizeRule, Held[]>()
  for (const { name, operations } of apis)
    for (const operation of operations)
      for (const rule of operation.authorize) places.set(rule, [...(places.get(rule) ?? []), { api: name, operation }])
  return places
}

function words(places: readonly Held[], probe: StagePorts, at: Path, work: Compilation): Words | undefined {
  try {
    const operations = places.map(({ operation }) => operation)
    return wordsOf(operations, (rule: Rule<StagePorts, Method>) => rule.create(probe, rule))
  } catch (error) {
    work.mistake(at, error instanceof Error ? error.message : String(error))
    return undefined
  }
}

/** Rules of authorize name only what is there, and nothing that can never be. */
export function checkNames(apis: readonly Api<StagePorts>[], probe: StagePorts, work: Compilation): void {
  if (work.mistakes.length > 0) return
  for (const [rule, places] of held(apis)) {
    const [first] = places
    if (first === undefined) continue
    const at = placeOf(rule, first)
    const { faults, notes = [] } = rule.create(probe, rule)
    for (const note of notes) work.warn(at, told(note))
    if (faults === undefined) continue
    const known = words(places, probe, at, work)
    for (const fault of known === undefined ? [] : faults(known)) work.mistake(at, told(fault))
  }
}
