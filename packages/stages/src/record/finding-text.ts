import type { StageReport } from '@sallyport/contract'

/** What a rule found and let pass, for people. */
export const findingText = ({ mode, rule, code, reason }: NonNullable<StageReport['findings']>[number]): string =>
  `${mode === 'shadow' ? 'in shadow, not done by' : 'let pass by'} ${rule}: ${code}: ${reason}`
