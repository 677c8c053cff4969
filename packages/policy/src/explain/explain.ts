import type { AttributeType, PolicyExplanation, PolicyReport } from '@sallyport/core'
import type { Policy } from '../compile/policy.ts'
import { fitting } from '../compile/scope.ts'
import { UnknownFact } from '../partly/unknown-fact.ts'
import type { Question } from '../question.ts'
import { Uncertainty } from '../uncertainty.ts'
import type { Change, Clock } from './change.ts'
import type { Setting } from './found-slot.ts'
import { type Budget, keysIn, missingFor } from './missing.ts'
import { type Condition, conditionsIn, reportOf, wholeCondition } from './report.ts'
import { told } from './told.ts'

/** Microseconds, about, for finding out what a call lacks. */
const mostWork = 1_000_000
/** Of these what a question takes at the least, and what each policy that is asked takes of it. */
const perQuestion = { least: 20, policy: 2 } as const
/** Permits that are looked into: those of which the fewest conditions aren't true. */
const mostPermits = 20
/** Sets of what is missing that are told. */
export const mostTold = 5

/** A policy as it was read. */
export interface Read {
  readonly id: string
  readonly text: string
  readonly json: unknown
}

/** A policy whose conditions can be told one by one. */
interface Explained extends Pick<PolicyReport, 'id' | 'effect'> {
  readonly conditions: readonly Condition[]
  /** Whether its head fits operation and resource. */
  fits(question: Question): boolean
}

/** What the compiler doesn't know is told as a whole. */
function conditionsFor({ text, json }: Read, ready: Policy): readonly Condition[] {
  try {
    return conditionsIn(json)
  } catch (error) {
    if (error instanceof Uncertainty) return [wholeCondition(text, ready.holds)]
    throw error
  }
}

function explained(read: Read, ready: Policy): Explained {
  const heads = [fitting(ready.scopes.action, 'action'), fitting(ready.scopes.resource, 'resource')]
  return {
    ...{ id: read.id, effect: ready.effect, conditions: conditionsFor(read, ready) },
    fits: question => heads.every(fit => fit?.(question) ?? true),
  }
}

/** Policies as they were read, and the same ready to judge by. */
export const explainedAll = (policies: readonly Read[], ready: readonly Policy[]): readonly Explained[] =>
  policies.flatMap((read, i) => {
    const policy = ready[i]
    return policy === undefined ? [] : [explained(read, policy)]
  })

/** A call, as policies are asked of it. */
export interface Asked {
  readonly question: Question
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Claims that its caller might have. */
  readonly claims: Readonly<Record<string, AttributeType>>
}

/** What it takes to explain what policies make of calls. */
export interface Explaining {
  readonly policies: readonly Read[]
  /** The same, ready to judge by. */
  readonly ready: readonly Policy[]
  /** Whether a call passes by them. */
  passes(question: Question): boolean
  readonly clock: Clock
  readonly zone: string
}

type Judged = Omit<PolicyExplanation, 'rule'>

/** Tells what policies make of a call, and the least that would let it pass. */
export type Explain = (asked: Asked) => Judged

/** Where a policy that isn't known could decide otherwise nothing can be said. */
function allowedBy(reports: readonly PolicyReport[]): boolean | undefined {
  const forbids = reports.filter(({ effect }) => effect === 'forbid')
  if (forbids.some(({ state }) => state === 'held' || state === 'error')) return false
  if (forbids.some(({ state }) => state === 'unknown')) return undefined
  const permits = reports.filter(({ effect }) => effect === 'permit')
  if (permits.some(({ state }) => state === 'held')) return true
  return permits.some(({ state }) => state === 'unknown') ? undefined : false
}

const slotsIn = (changes: readonly Change[]) =>
  new Set(changes.map(change => ('name' in change ? `${change.kind} ${change.name}` : change.kind)))

/** Without those that hold others: the smallest first. */
function smallest(sets: readonly (readonly Change[])[]): readonly (readonly Change[])[] {
  const kept: (readonly Change[])[] = []
  for (const set of sets.toSorted((a, b) => a.length - b.length)) {
    const slots = slotsIn(set)
    if (!kept.some(other => [...slotsIn(other)].every(slot => slots.has(slot)))) kept.push(set)
  }
  return kept.slice(0, mostTold)
}

const untrue = ({ conditions }: PolicyReport) => conditions.filter(({ state }) => state !== 'true').length

/** Those that lack the least, in their order. */
function nearest(permits: readonly Explained[], reports: readonly PolicyReport[]): readonly Explained[] {
  const lacks = new Map(reports.map(report => [report.id, untrue(report)]))
  const lacking = ({ id }: Explained) => lacks.get(id) ?? 0
  const least = new Set(permits.toSorted((a, b) => lacking(a) - lacking(b)).slice(0, mostPermits))
  return permits.filter(permit => least.has(permit))
}

const budgetFor = ({ length }: readonly Explained[]): Budget => ({
  left: mostWork,
  question: Math.max(perQuestion.least, length * perQuestion.policy),
})

export function missingIn(
  fit: readonly Explained[],
  reports: readonly PolicyReport[],
  setting: Setting,
  passes: (question: Question) => boolean,
  budget: Budget,
) {
  const states = new Map(reports.map(({ id, state }) => [id, state]))
  const forbids = fit
    .filter(({ id, effect }) => effect === 'forbid' && states.get(id) !== 'not held')
    .map(({ conditions }) => conditions)
  const permits = fit.filter(({ effect }) => effect === 'permit')
  const held = permits.filter(({ id }) => states.get(id) === 'held')
  // Where a permit holds already, forbids alone stand in the way.
  const ways = held.length > 0 ? [[]] : nearest(permits, reports).map(({ conditions }) => conditions)
  const obstacles = { forbids: forbids.flat(), forbidden: forbids.map(conditions => keysIn(conditions, setting)) }
  return smallest(ways.flatMap(permit => missingFor({ permit, ...obstacles }, passes, setting, budget)))
}

/** Explains what policies make of calls: each policy's conditions, and the least that would let a refused call pass. */
export function explaining({ policies, ready, passes, clock, zone }: Explaining): Explain {
  const all = explainedAll(policies, ready)
  // What isn't known lets nothing pass.
  const surely = (question: Question) => {
    try {
      return passes(question)
    } catch (error) {
      if (error instanceof UnknownFact) return false
      throw error
    }
  }
  return ({ question, at, claims }) => {
    const fit = all.filter(policy => policy.fits(question))
    const reports = fit.map(policy => reportOf(policy, policy.conditions, question))
    const allowed = allowedBy(reports)
    const setting = { question, at, clock, claims }
    const budget = budgetFor(fit)
    const questions = mostWork / budget.question
    const missing = allowed === false ? missingIn(fit, reports, setting, surely, budget) : []
    const conditions = fit.flatMap(policy => policy.conditions)
    const teller = { setting, passes: surely, zone, conditions, questions }
    return {
      ...(allowed !== undefined && { allowed }),
      policies: reports,
      missing: missing.map(set => told(set, teller)),
    }
  }
}
