import type { Snapshot } from '@sallyport/core'
import { type Issuer, isOverdue, type ListedTrial, overdueText, type StagePorts, trialsIn } from '@sallyport/stages'
import { type Mistake, mistakeAt } from '../read/mistake.ts'
import type { Path, Tree } from '../read/tree.ts'

const levels: Readonly<Record<ListedTrial['from'], (trial: ListedTrial) => Path>> = {
  gateway: () => ['gateway'],
  api: ({ api }) => ['apis', api],
  openapi: ({ api }) => ['apis', api],
  operation: ({ api, operations }) => ['apis', api, 'operations', operations[0] ?? ''],
}

function pathOf(trial: ListedTrial): Path {
  const within = trial.isBeside ? ['shadow', trial.kind] : [trial.stage === 'limit' ? trial.rule : trial.kind]
  return [...levels[trial.from](trial), trial.stage, ...within]
}

/** A configuration, as far as its trials are concerned. */
export interface Tried {
  readonly snapshot: Pick<Snapshot<StagePorts, Issuer>, 'apis'>
  readonly tree: Tree
}

/** Rules on trial whose time is over, where they stand. They are tried on: neither does a date enforce a rule, nor keep a gateway from starting. */
export const overdueTrials = ({ snapshot, tree }: Tried, now: number): readonly Mistake[] =>
  trialsIn(snapshot)
    .filter(trial => isOverdue(trial, now))
    .map(trial => mistakeAt(tree, pathOf(trial), overdueText(trial)))
