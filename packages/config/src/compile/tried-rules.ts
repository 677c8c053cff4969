import { type AuthorizeGuard, type Guard, isTried, type Limit, type Trial, type TriedRules } from '@sallyport/core'
import type { StagePorts } from '@sallyport/stages'
import type { LevelRule } from './levels.ts'

/** Rules of one stage: those that hold, and those that are only tried. */
interface Split<Made> {
  readonly enforced: readonly LevelRule<Made>[]
  readonly tried: readonly (LevelRule<Made> & { readonly trial: Trial })[]
}

/** Parts lists of rules; one list always into the same two, for operations have in common what they inherit. */
function splitter<Made>(): (rules: readonly LevelRule<Made>[]) => Split<Made> {
  const known = new WeakMap<readonly LevelRule<Made>[], Split<Made>>()
  const none: Split<Made>['tried'] = []
  return rules => {
    const split = known.get(rules) ?? {
      enforced: rules.some(isTried) ? rules.filter(rule => !isTried(rule)) : rules,
      tried: rules.some(isTried) ? rules.filter(isTried) : none,
    }
    known.set(rules, split)
    return split
  }
}

const authorize = splitter<AuthorizeGuard>()
const limit = splitter<Limit>()
const inspect = splitter<Guard>()
const protect = splitter<Guard>()

interface Rules {
  readonly authorize: readonly LevelRule<AuthorizeGuard>[]
  readonly limit: readonly LevelRule<Limit>[]
  readonly inspect: readonly LevelRule<Guard>[]
  readonly protect: readonly LevelRule<Guard>[]
}

/** The rules that hold: whoever asks what an operation is guarded by asks these. */
export const enforcedOf = (rules: Rules): Rules => ({
  authorize: authorize(rules.authorize).enforced,
  limit: limit(rules.limit).enforced,
  inspect: inspect(rules.inspect).enforced,
  protect: protect(rules.protect).enforced,
})

/** The rules that are tried; undefined where none is. */
export function triedOf(rules: Rules): (Rules & TriedRules<StagePorts>) | undefined {
  const tried = {
    authorize: authorize(rules.authorize).tried,
    limit: limit(rules.limit).tried,
    inspect: inspect(rules.inspect).tried,
    protect: protect(rules.protect).tried,
  }
  return Object.values(tried).every(list => list.length === 0) ? undefined : tried
}

/** Of rules of protect those that hold. */
export const enforcedProtect = (rules: Rules['protect']): Rules['protect'] => protect(rules).enforced
