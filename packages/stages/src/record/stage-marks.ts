import type { StageReport } from '@sallyport/contract'

/** What became of a call at a stage, in one character. */
export const stageMarks = {
  passed: '✓',
  refused: '✗',
  failed: '✗',
  'not reached': '·',
} as const satisfies Record<StageReport['verdict'], string>
