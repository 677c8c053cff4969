import { setImmediate } from 'node:timers/promises'
import type { Api, Guard, Method, Operation, Rule, RuleFault, Worded, Words } from '@sallyport/core'
import { type StagePorts, wordsOf } from '@sallyport/stages'
import type { Path } from '../read/tree.ts'
import type { Compilation } from './compilation.ts'
import { placeWithin } from './levels.ts'

/** A rule in force that may name what isn't there. */
interface Naming {
  readonly stage: Stage
  readonly rule: Pick<Rule<StagePorts, unknown>, 'from' | 'name' | 'kind' | 'trial'>
  readonly made: Worded
  /** Where it holds: what it may name is what is there. */
  readonly places: readonly Held[]
}

type Stage = 'authorize' | 'limit' | 'protect'

/** An operation, and the API that it is of. */
interface Held {
  readonly api: string
  readonly operation: Operation<StagePorts>
}

function placeOf(stage: Stage, rule: Naming['rule'], { api, operation }: Held): Path {
  const within = stage === 'limit' ? [stage, rule.name] : [stage, ...placeWithin(rule)]
  if (rule.from === 'gateway') return ['gateway', ...within]
  const path = ['apis', api]
  return [...(rule.from === 'api' ? path : [...path, 'operations', operation.id]), ...within]
}

const told = ({ message, line, column }: RuleFault) =>
  line === undefined ? message : `line ${line}, column ${column}: ${message}`

/** Where each rule holds. */
function held<Made>(
  apis: readonly Api<StagePorts>[],
  rulesOf: (operation: Operation<StagePorts>) => readonly Rule<StagePorts, Made>[],
): ReadonlyMap<Rule<StagePorts, Made>, readonly Held[]> {
  const places = new Map<Rule<StagePorts, Made>, Held[]>()
  for (const { name, operations } of apis)
    for (const operation of operations)
      for (const rule of rulesOf(operation)) {
        const known = places.get(rule) ?? []
        known.push({ api: name, operation })
        places.set(rule, known)
      }
  return places
}

function namingIn(
  apis: readonly Api<StagePorts>[],
  probe: StagePorts,
  make: (rule: Rule<StagePorts, Guard>) => Guard,
): readonly Naming[] {
  const guards = (['authorize', 'protect'] as const).flatMap(stage =>
    [...held<Guard>(apis, operation => [...operation[stage], ...(operation.tried?.[stage] ?? [])])].map(
      ([rule, places]) => {
        return { stage, rule, places, made: make(rule) }
      },
    ),
  )
  const limits = [...held(apis, ({ limit, tried }) => [...limit, ...(tried?.limit ?? [])])].map(([rule, places]) => {
    return { stage: 'limit' as const, rule, places, made: rule.create(probe, rule) }
  })
  return [...guards, ...limits]
}

function words(places: readonly Held[], probe: StagePorts, at: Path, work: Compilation): Words | undefined {
  try {
    const operations = places.map(({ operation }) => operation)
    return wordsOf(operations, (rule: Rule<StagePorts, Method>) => rule.create(probe, rule), probe.gateway.geo)
  } catch (error) {
    work.mistake(at, error instanceof Error ? error.message : String(error))
    return undefined
  }
}

/** Rules name only what is there, and nothing that can never be. */
export async function checkNames(
  apis: readonly Api<StagePorts>[],
  probe: StagePorts,
  make: (rule: Rule<StagePorts, Guard>) => Guard,
  work: Compilation,
): Promise<void> {
  if (work.mistakes.length > 0) return
  for (const { stage, rule, made, places } of namingIn(apis, probe, make)) {
    const [first] = places
    if (first === undefined) continue
    const at = placeOf(stage, rule, first)
    const { faults, notes = [] } = made
    for (const note of notes) work.warn([...at, ...(note.at ?? [])], told(note))
    if (faults === undefined) continue
    // A large file of policies takes seconds to validate: calls go on between one rule and the next.
    await setImmediate()
    const known = words(places, probe, at, work)
    for (const fault of known === undefined ? [] : faults(known))
      work.mistake([...at, ...(fault.at ?? [])], told(fault))
  }
}
