import type { Policy } from '../compile/policy.ts'
import { termsOf } from '../logic/terms.ts'
import type { Question } from '../question.ts'
import { EntityUid } from '../values/entity-uid.ts'
import type { Value } from '../values/value.ts'
import { ValueSet } from '../values/value-set.ts'
import type { Change } from './change.ts'
import { explainedAll, missingIn, mostTold, type Read } from './explain.ts'
import { type Condition, reportOf } from './report.ts'

/** What a caller needs: all of the scopes, or one of the roles. */
export type Rights = { readonly scopes: readonly string[] } | { readonly roles: readonly string[] }

const isRole = (value: Value): boolean => {
  if (value instanceof ValueSet) return value.values.every(isRole)
  return !(value instanceof EntityUid) || value.type === 'Role'
}

/** Whether a condition asks for nothing but scopes, roles, and whether somebody is a user. */
function asksForRights({ literal, isWhole }: Condition): boolean {
  const { paths, constants } = termsOf(literal.json)
  const areRights = paths.every(
    ([of, member, more]) =>
      (of === 'principal' && member === undefined) || (of === 'context' && member === 'scopes' && more === undefined),
  )
  return isWhole !== true && areRights && constants.every(isRole)
}

const isGiven = (change: Change): change is Extract<Change, { readonly kind: 'scope' | 'role' }> =>
  (change.kind === 'scope' || change.kind === 'role') && change.has

const namesOf = (sets: readonly (readonly Change[])[]) =>
  sets
    .flat()
    .filter(isGiven)
    .map(({ name }) => name)
const areAll = (kind: 'scope' | 'role', changes: readonly Change[]) => changes.every(change => change.kind === kind)

function rightsIn(sets: readonly (readonly Change[])[]): Rights | undefined {
  const given = sets.filter(set => set.every(isGiven))
  const [only = [], more] = given
  // As many as are told at the most may be some of more.
  if (given.length === 0 || sets.length >= mostTold) return undefined
  if (more === undefined && areAll('scope', only)) return { scopes: namesOf([only]) }
  return given.every(set => set.length === 1 && areAll('role', set)) ? { roles: namesOf(given) } : undefined
}

interface Setting {
  readonly policies: readonly Read[]
  readonly ready: readonly Policy[]
  passes(question: Question): boolean
}

const noTime = () => new Map<string, Value>()

/** What callers may be told of rights that they lack. */
export interface RightsTeller {
  /** Whether all policies of a question's operation and resource ask for rights alone: else what is missing would tell of what else they ask for. */
  isOfRights(question: Question): boolean
  /** What would let the caller of a refused question pass: scopes, or one of some roles. Undefined where it is anything else. */
  lacked(question: Question): Rights | undefined
}

/** Work for finding out what one caller lacks: 500 questions at the most, however many policies there are. */
const budget = { left: 10_000, question: 20 } as const

export function rightsTeller({ policies, ready, passes }: Setting): RightsTeller {
  const all = explainedAll(policies, ready)
  const fitting = (question: Question) => all.filter(policy => policy.fits(question))
  return {
    isOfRights: question => fitting(question).every(({ conditions }) => conditions.every(asksForRights)),
    lacked(question) {
      const fit = fitting(question)
      const reports = fit.map(policy => reportOf(policy, policy.conditions, question))
      const setting = { question, at: 0, clock: noTime, claims: {} }
      return rightsIn(missingIn(fit, reports, setting, passes, { ...budget }))
    },
  }
}
