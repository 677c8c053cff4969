import type { StageReport } from '@sallyport/contract'
import type { CallEvent } from '@sallyport/core'

/** How a terminal shows what became of a call. */
export const outcomeStyles = {
  answered: 'green',
  refused: 'yellow',
  failed: 'red',
  abandoned: 'magenta',
} as const satisfies Record<CallEvent['outcome'], string>

/** And what became of it at a stage. */
export const verdictStyles = {
  passed: 'green',
  refused: 'red',
  failed: 'red',
  'not reached': 'dim',
} as const satisfies Record<StageReport['verdict'], string>
