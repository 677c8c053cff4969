import type { AuthorizeGuard, Rule } from '@sallyport/core'
import type { StagePorts } from '@sallyport/stages'
import type { Path } from '../read/tree.ts'
import type { Compilation } from './compilation.ts'
import type { Compiled } from './operations.ts'

type AuthorizeRule = Rule<StagePorts, AuthorizeGuard>

function placeOfRule({ from, name }: AuthorizeRule, path: Path): Path {
  if (from === 'gateway') return ['gateway', 'authorize', name]
  return from === 'api' ? [...path.slice(0, 2), 'authorize', name] : [...path, 'authorize', name]
}

/** Makes each rule about callers' rights once, so that one that can't be made is found before it is needed. */
export function checkGuards(compiled: readonly Compiled[], probe: StagePorts, work: Compilation): void {
  if (work.mistakes.length > 0) return
  const tried = new Set<AuthorizeRule>()
  for (const { operation, path } of compiled) {
    for (const rule of operation.authorize) {
      if (tried.has(rule)) continue
      tried.add(rule)
      try {
        rule.create(probe, rule)
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        work.mistake(placeOfRule(rule, path), `this guard can't be made: ${why}`)
      }
    }
  }
}
