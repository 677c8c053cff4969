import type { RuleOrigin, Snapshot, StageName, TriedRule } from '@sallyport/core'
import type { Issuer, StagePorts } from '../ports.ts'
import { untilText } from './terms.ts'

const stages = ['authorize', 'limit', 'inspect', 'protect'] as const

/** A rule on trial, for who lists them. */
export interface ListedTrial {
  readonly stage: StageName
  readonly rule: string
  readonly kind: string
  readonly label: string
  readonly from: RuleOrigin
  readonly isBeside: boolean
  readonly api: string
  /** Milliseconds since the epoch. */
  readonly until: number
  /** Of callers for whom it is enforced, from 0 to 1. */
  readonly share: number
  /** Ids of the operations where it stands. */
  readonly operations: readonly string[]
}

type Tried = TriedRule<StagePorts, unknown>

/** The rules on trial of a snapshot, each once an API. */
export function trialsIn({ apis }: Pick<Snapshot<StagePorts, Issuer>, 'apis'>): readonly ListedTrial[] {
  return apis.flatMap(({ name: api, operations }) =>
    stages.flatMap(stage => {
      const found = new Map<Tried, string[]>()
      for (const { id, tried } of operations)
        for (const rule of tried?.[stage] ?? []) found.set(rule, [...(found.get(rule) ?? []), id])
      return [...found].map(([{ name, kind, label, from, trial }, ids]) => ({
        ...{ stage, rule: name, kind, label, from, api, isBeside: trial.isBeside },
        ...{ until: trial.until, share: trial.share, operations: ids },
      }))
    }),
  )
}

export const isOverdue = ({ until }: Pick<ListedTrial, 'until'>, now: number): boolean => now >= until

/** What is to be done about a rule whose time is over; it goes on being tried. */
export const overdueText = (trial: ListedTrial): string =>
  `${trial.rule} (${trial.stage}) was to be in shadow until ${untilText(trial)}, and still refuses nobody: enforce it, take it away, or set another until`
