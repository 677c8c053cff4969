import type { TestResult } from './result.ts'

/** The one skip that a run with CI=true allows: data from outside, which isn't part of the project. */
const ALLOWED = 'SALLYPORT_CORPORA is not set'

/** The skipped tests that a run with CI=true doesn't allow. */
export function forbiddenSkips(results: readonly TestResult[]): TestResult[] {
  return results.filter(result => result.status === 'skipped' && result.reason !== ALLOWED)
}
