import { channel } from 'node:diagnostics_channel'
import type { Agreed } from './caller.ts'
import { type Report, reportOf } from './report.ts'
import { Tester, type UnderTest } from './tester.ts'

/** Whoever wants to know what tests made of rules listens here: to functions that tell it when all tests are over. */
export const testReports = channel('sallyport:test-report')

export type Reporting = () => Promise<Report>

/** What makes the calls of a test; they are remembered where somebody wants to know what tests made of rules. */
export function testerOf(agreed: Agreed, under: UnderTest | Promise<UnderTest>): Tester {
  const tester = new Tester(agreed, Promise.resolve(under), testReports.hasSubscribers)
  const reporting: Reporting = async () => reportOf(await tester.tested())
  testReports.publish(reporting)
  return tester
}
