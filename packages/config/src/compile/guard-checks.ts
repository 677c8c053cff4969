import type { Guard, Rule } from '@sallyport/core'
import type { StagePorts } from '@sallyport/stages'
import type { Path } from '../read/tree.ts'
import type { Compilation } from './compilation.ts'
import { placeWithin } from './levels.ts'
import type { Compiled } from './operations.ts'

type GuardRule = Rule<StagePorts, Guard>

/** Makes each guard once, however many checks ask it. Throws what a guard throws that can't be made. */
export function guardMaker(probe: StagePorts): (rule: GuardRule) => Guard {
  const made = new Map<GuardRule, Guard>()
  return rule => {
    const guard = made.get(rule) ?? rule.create(probe, rule)
    made.set(rule, guard)
    return guard
  }
}

const stages = ['authorize', 'inspect', 'protect'] as const

function placeOfRule(rule: GuardRule, stage: string, path: Path): Path {
  const within = [stage, ...placeWithin(rule)]
  if (rule.from === 'gateway') return ['gateway', ...within]
  return rule.from === 'api' ? [...path.slice(0, 2), ...within] : [...path, ...within]
}

/** Makes each guard, so that one that can't be made is found before it is needed. */
export function checkGuards(compiled: readonly Compiled[], make: (rule: GuardRule) => Guard, work: Compilation): void {
  if (work.mistakes.length > 0) return
  const tried = new Set<GuardRule>()
  for (const { operation, path } of compiled) {
    for (const stage of stages) {
      for (const rule of [...operation[stage], ...(operation.tried?.[stage] ?? [])]) {
        if (tried.has(rule)) continue
        tried.add(rule)
        try {
          make(rule)
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error)
          work.mistake(placeOfRule(rule, stage, path), `this guard can't be made: ${why}`)
        }
      }
    }
  }
}
