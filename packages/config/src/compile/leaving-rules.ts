import type { Guard } from '@sallyport/core'
import type { StagePorts } from '@sallyport/stages'
import type { Compilation } from './compilation.ts'
import type { LevelRule } from './levels.ts'

/**
 * Of rules of protect those that see whatever leaves; the others judge an upstream's answers, and there is none where a call led to no
 * operation. Guards are made to ask them, and can't be where something is wrong.
 */
export function leavingRules(
  rules: readonly LevelRule<Guard>[],
  probe: StagePorts,
  work: Compilation,
): readonly LevelRule<Guard>[] {
  if (work.mistakes.length > 0) return []
  return rules.filter(rule => rule.described === undefined && rule.create(probe, rule).leave !== undefined)
}
