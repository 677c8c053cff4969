import type { Explanation, StageReport } from '@sallyport/contract'

/** The stage that stopped a call, where one did. */
export const stopOf = ({ stages }: Explanation): StageReport | undefined =>
  stages.find(({ verdict }) => verdict === 'refused' || verdict === 'failed')

/** How a call ended: a refusal that is a fault of ours is a failure. */
export const endOf = (explanation: Explanation): Explanation['outcome'] =>
  stopOf(explanation)?.verdict === 'failed' ? 'failed' : explanation.outcome
