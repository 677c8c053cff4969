import {
  type AuthorizeGuard,
  type Guard,
  type Limit,
  onceEach,
  type Site,
  type StageName,
  type TriedRule,
} from '@sallyport/core'
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
const twinsMaker = <G>(ports: StagePorts, reading: StagePorts) =>
  onceEach(
    (rule: Tried<G>): Twins<G> => ({
      enforced: rule.trial.share === 0 ? undefined : rule.create(ports, rule),
      tried: rule.create(reading, rule),
      isEnforced: sharing(rule, ports),
    }),
  )

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
