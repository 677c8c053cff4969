import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../child.ts'

/** One line of the report: a test of the last run. `file` is relative to the project's folder. */
export type TestResult = {
  name: string
  file: string
  status: 'passed' | 'failed' | 'skipped' | 'todo'
  /** Why it was skipped, in the test's own words. */
  reason?: string
}

const FOLDER = '.test-report'

/** Where the runs leave what they found. A run of a few files writes `part`, so that `whole` stays the last whole run's. */
export const REPORTS = {
  whole: `${FOLDER}/report.jsonl`,
  part: `${FOLDER}/part.jsonl`,
  unfinished: `${FOLDER}/unfinished.jsonl`,
  counts: `${FOLDER}/counts.txt`,
} as const

/** Reads a report; undefined when that run hasn't taken place. */
export function readResults(report: string): TestResult[] | undefined {
  const path = join(ROOT, report)
  if (!existsSync(path)) return undefined
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.filter(line => line !== '').map(line => JSON.parse(line))
}
