import type { Json, View } from '@sallyport/core'
import { claimAt } from '@sallyport/tokens'
import type { WrittenCondition as WrittenCedar } from '../../policy/condition.ts'
import { type LoadedConditions, loadedOf } from '../../policy/conditions.ts'
import { type ReadSide, type Relation, readSame } from './relation.ts'
import type { WrittenCondition, WrittenRule } from './settings.ts'
import { allOf, anyOf, type Truth } from './truth.ts'

/** How a relation stands; undefined where no value is looked at yet. */
type Related<Match> = (relation: Relation<Match>) => Truth

type Test<Match> = (view: View, related: Related<Match>) => Truth

const has = (held: ReadonlySet<string>, names: readonly string[]) => names.some(name => held.has(name))

function claimTest(path: string, values: readonly Json[]): Test<unknown> {
  return ({ principal: { claims } }) => {
    const claim = claimAt(claims, path)
    if (claim === undefined) return undefined
    const held = Array.isArray(claim) ? claim : [claim]
    return values.some(value => held.includes(value))
  }
}

/** It is asked once a call, however many values are judged by it. */
function cedarTest(written: WrittenCedar, conditions: LoadedConditions): Test<unknown> {
  const condition = loadedOf(written, conditions)
  const known = new WeakMap<View, { readonly truth: Truth }>()
  return view => {
    const told = known.get(view) ?? { truth: condition.holds(view) }
    known.set(view, told)
    return told.truth
  }
}

/** What is asked of one condition, one test a member that was written. */
function testsOf(
  { roles, scopes, groups, issuers, claims, cedar }: WrittenCondition,
  conditions: LoadedConditions,
): Test<unknown>[] {
  const tests: Test<unknown>[] = []
  if (roles !== undefined) tests.push(({ principal }) => has(principal.roles, roles))
  if (groups !== undefined) tests.push(({ principal }) => has(principal.groups, groups))
  if (scopes !== undefined) tests.push(({ principal }) => scopes.every(scope => principal.scopes.has(scope)))
  if (issuers !== undefined)
    tests.push(({ principal: { user, application } }) => issuers.includes((user ?? application)?.issuer ?? ''))
  for (const [path, values] of Object.entries(claims ?? {})) tests.push(claimTest(path, values))
  if (cedar !== undefined) tests.push(cedarTest(cedar, conditions))
  return tests
}

interface Conditions<Match> {
  readonly relations: readonly Relation<Match>[]
  /** How each of the conditions stands. */
  each(view: View, related: Related<Match>): readonly Truth[]
}

/** Conditions of which one is enough, each with all that it asks. */
function readConditions<Match>(
  written: readonly WrittenCondition[],
  side: ReadSide<Match>,
  conditions: LoadedConditions,
): Conditions<Match> {
  const read = written.map(one => {
    const relation = one.same && readSame(one.same, side)
    const tests: Test<Match>[] = testsOf(one, conditions)
    if (relation !== undefined) tests.push((_, related) => related(relation))
    return { relation, tests }
  })
  return {
    relations: read.flatMap(({ relation }) => relation ?? []),
    each: (view, related) => read.map(({ tests }) => allOf(tests.map(test => test(view, related)))),
  }
}

/** For whom a rule holds: `when` unless told otherwise, `unless` for whom not. */
export interface Scope<Match> {
  readonly depends: boolean
  readonly relations: readonly Relation<Match>[]
  /** Whether the rule holds; before a match is known: whether it may. What can't be told counts against the caller. */
  holds(view: View, match: Match | undefined): boolean
  /** How each condition stands but for its relation. */
  standing(view: View): readonly Truth[]
}

export function readScope<Match>(
  { when, unless }: Pick<WrittenRule, 'when' | 'unless'>,
  side: ReadSide<Match>,
  conditions: LoadedConditions,
): Scope<Match> {
  const read = (written: readonly WrittenCondition[]) => readConditions(written, side, conditions)
  const [on, off] = [when && read(when), unless && read(unless)]
  return {
    depends: on !== undefined || off !== undefined,
    relations: [...(on?.relations ?? []), ...(off?.relations ?? [])],
    holds(view, match) {
      const related: Related<Match> = relation =>
        match === undefined ? undefined : relation.holds(view.principal, match)
      const one = (conditions: Conditions<Match> | undefined) => conditions && anyOf(conditions.each(view, related))
      return one(on) !== false && one(off) !== true
    },
    standing: view => [on, off].flatMap(conditions => conditions?.each(view, () => true) ?? []),
  }
}
