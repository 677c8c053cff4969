import type { Json, Principal } from '@sallyport/core'
import { claimAt } from '@sallyport/tokens'
import { type ReadSide, type Relation, readSame } from './relation.ts'
import type { WrittenCondition, WrittenRule } from './settings.ts'
import { allOf, anyOf, type Truth } from './truth.ts'

/** How a relation stands; undefined where no value is looked at yet. */
type Related<Match> = (relation: Relation<Match>) => Truth

type Test<Match> = (principal: Principal, related: Related<Match>) => Truth

const has = (held: ReadonlySet<string>, names: readonly string[]) => names.some(name => held.has(name))

function claimTest(path: string, values: readonly Json[]): Test<unknown> {
  return ({ claims }) => {
    const claim = claimAt(claims, path)
    if (claim === undefined) return undefined
    const held = Array.isArray(claim) ? claim : [claim]
    return values.some(value => held.includes(value))
  }
}

/** What is asked of one condition, one test a member that was written. */
function testsOf({ roles, scopes, groups, issuers, claims }: WrittenCondition): Test<unknown>[] {
  const tests: Test<unknown>[] = []
  if (roles !== undefined) tests.push(principal => has(principal.roles, roles))
  if (groups !== undefined) tests.push(principal => has(principal.groups, groups))
  if (scopes !== undefined) tests.push(principal => scopes.every(scope => principal.scopes.has(scope)))
  if (issuers !== undefined)
    tests.push(({ user, application }) => issuers.includes((user ?? application)?.issuer ?? ''))
  for (const [path, values] of Object.entries(claims ?? {})) tests.push(claimTest(path, values))
  return tests
}

interface Conditions<Match> {
  readonly relations: readonly Relation<Match>[]
  /** How each of the conditions stands. */
  each(principal: Principal, related: Related<Match>): readonly Truth[]
}

/** Conditions of which one is enough, each with all that it asks. */
function readConditions<Match>(written: readonly WrittenCondition[], side: ReadSide<Match>): Conditions<Match> {
  const read = written.map(one => {
    const relation = one.same && readSame(one.same, side)
    const tests: Test<Match>[] = testsOf(one)
    if (relation !== undefined) tests.push((_, related) => related(relation))
    return { relation, tests }
  })
  return {
    relations: read.flatMap(({ relation }) => relation ?? []),
    each: (principal, related) => read.map(({ tests }) => allOf(tests.map(test => test(principal, related)))),
  }
}

/** For whom a rule holds: `when` unless told otherwise, `unless` for whom not. */
export interface Scope<Match> {
  readonly depends: boolean
  readonly relations: readonly Relation<Match>[]
  /** Whether the rule holds; before a match is known: whether it may. What can't be told counts against the caller. */
  holds(principal: Principal, match: Match | undefined): boolean
  /** How each condition stands but for its relation. */
  standing(principal: Principal): readonly Truth[]
}

export function readScope<Match>(
  { when, unless }: Pick<WrittenRule, 'when' | 'unless'>,
  side: ReadSide<Match>,
): Scope<Match> {
  const [on, off] = [when && readConditions(when, side), unless && readConditions(unless, side)]
  return {
    depends: on !== undefined || off !== undefined,
    relations: [...(on?.relations ?? []), ...(off?.relations ?? [])],
    holds(principal, match) {
      const related: Related<Match> = relation => (match === undefined ? undefined : relation.holds(principal, match))
      const one = (conditions: Conditions<Match> | undefined) =>
        conditions && anyOf(conditions.each(principal, related))
      return one(on) !== false && one(off) !== true
    },
    standing: principal => [on, off].flatMap(conditions => conditions?.each(principal, () => true) ?? []),
  }
}
