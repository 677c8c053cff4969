import type { AuthorizeGuard, Guard, Limit, Rule, Site, StageName, TriedRule } from '@sallyport/core'
import type { Made } from '../judge.ts'
import type { StagePorts } from '../ports.ts'
import { readingPorts } from '../reading-ports.ts'
import type { Findings } from '../record/findings.ts'
import { Copy } from './copied.ts'
import type { Copies } from './copies.ts'
import { enforcedFor } from './enforced-for.ts'
import { limitObserver } from './limit-observer.ts'
import { type Observing, observer } from './observer.ts'
import { type IsEnforced, sharing } from './sharing.ts'

type Tried<G> = TriedRule<StagePorts, G>

/** A limit that is enforced for some callers. */
export interface SharedLimit extends Made<Limit> {
  readonly isEnforced: IsEnforced
}

/** A rule that is tried, made twice: to be enforced for a share of callers, and to be asked what it would do, by ports that write nothing. */
interface Twins<G> {
  readonly enforced: G | undefined
  readonly tried: G
  readonly isEnforced: IsEnforced
}

/** Makes each rule once, however many operations inherit it. */
function twinsMaker<G>(ports: StagePorts, reading: StagePorts): (rule: Tried<G>) => Twins<G> {
  const made = new Map<Tried<G>, Twins<G>>()
  return rule => {
    const twins = made.get(rule) ?? {
      enforced: rule.trial.share === 0 ? undefined : rule.create(ports, rule),
      tried: rule.create(reading, rule),
      isEnforced: sharing(rule, ports),
    }
    made.set(rule, twins)
    return twins
  }
}

/** What a route's trials are about. */
export interface TrialSetting {
  /** As guards see the route, but that what they read of it is held apart. */
  readonly site: Site
  /** Bytes of an answer that rules may read. */
  readonly maxAnswer: number
}

/** Where what is seen and found is kept. */
export interface TrialKeeping {
  readonly copies: Copies
  readonly findings: Findings
}

/** Guards that stand for rules on trial among those that are enforced. Throws what a guard throws that can't be made. */
export function trialMaker(ports: StagePorts, { copies, findings }: TrialKeeping) {
  const reading = readingPorts(ports)
  const guards = twinsMaker<Guard & Partial<AuthorizeGuard>>(ports, reading)
  const limits = twinsMaker<Limit>(ports, reading)
  const observing = ({ site, maxAnswer }: TrialSetting): Observing => ({
    ...{ findings, site },
    copyAnswer: call => new Copy(call, maxAnswer, copies),
  })
  return {
    /** One for the callers for whom the rule is enforced, where there are such, and one that watches. */
    guards(
      rule: Tried<Guard & Partial<AuthorizeGuard>>,
      stage: StageName,
      setting: TrialSetting,
    ): readonly Made<AuthorizeGuard>[] {
      const { enforced, tried, isEnforced } = guards(rule)
      const { name } = rule
      const watching = { name, guard: observer({ stage, rule: name, guard: tried }, isEnforced, observing(setting)) }
      return enforced === undefined ? [watching] : [{ name, guard: enforcedFor(enforced, isEnforced) }, watching]
    },
    limit(
      rule: Tried<Limit>,
      setting: TrialSetting,
    ): { readonly shared: SharedLimit[]; readonly watching: Made<Guard> } {
      const { enforced, tried, isEnforced } = limits(rule)
      const { name } = rule
      return {
        shared: enforced === undefined ? [] : [{ name, guard: enforced, isEnforced }],
        watching: { name, guard: limitObserver(name, tried, isEnforced, ports, observing(setting)) },
      }
    },
  }
}

export type Trials = ReturnType<typeof trialMaker>

const readingBodies: ReadonlySet<string> = new Set(['body', 'content', 'sent'])

/** Whether a guard may read what callers send. */
export const readsBodies = (guards: readonly Made<Guard>[]): boolean =>
  guards.some(({ guard }) => guard.needs?.some(need => readingBodies.has(need)) === true)

/** A rule on trial with the guards that stand for it. */
export interface Standing {
  readonly rule: Pick<Rule<StagePorts, unknown>, 'kind'>
  readonly made: readonly Made<AuthorizeGuard>[]
}

/**
 * The guards of a stage in the order of its table: those on trial after the enforced ones of their kind. `enforced` are made of `rules`, one
 * each; rules of no kind of the table come last.
 */
export function inOrder(
  table: object,
  rules: readonly Pick<Rule<StagePorts, unknown>, 'kind'>[],
  enforced: readonly Made<Guard>[],
  tried: readonly Standing[],
): readonly Made<Guard>[] {
  if (tried.length === 0) return enforced
  const order = Object.keys(table)
  const placeOf = (kind = '') => (order.includes(kind) ? order.indexOf(kind) : order.length)
  const all: { readonly place: number; readonly made: readonly Made<Guard>[] }[] = [
    ...enforced.map((made, i) => ({ place: placeOf(rules[i]?.kind), made: [made] })),
    ...tried.map(({ rule, made }) => ({ place: placeOf(rule.kind), made })),
  ]
  return all.toSorted((a, b) => a.place - b.place).flatMap(({ made }) => made)
}
