import { channel } from 'node:diagnostics_channel'
import type { Agreed } from './caller.ts'
import { type Report, reportOf } from './report.ts'
import { Trial, type UnderTest } from './trial.ts'

/** Whoever wants to know what tests made of rules listens here: to functions that tell it when all tests are over. */
export const trials = channel('sallyport:trial')

export type Reporting = () => Promise<Report>

/** What is under test is tried out: its calls are remembered where somebody wants to know. */
export function tryOut(agreed: Agreed, tried: UnderTest | Promise<UnderTest>): Trial {
  const trial = new Trial(agreed, Promise.resolve(tried), trials.hasSubscribers)
  const reporting: Reporting = async () => reportOf(await trial.tried())
  trials.publish(reporting)
  return trial
}
