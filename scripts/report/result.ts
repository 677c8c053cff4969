import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { TestEvent } from 'node:test/reporters'
import { ROOT } from '../child.ts'

/** A test of a run, as the report has it on a line. `file` is relative to the project's folder. */
export type TestResult = {
  name: string
  file: string
  status: 'passed' | 'failed' | 'skipped' | 'todo'
  /** Why it was skipped, in the test's own words. */
  reason?: string
}

export type Finished = Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>

export function hasFinished(event: TestEvent): event is Finished {
  return event.type === 'test:pass' || event.type === 'test:fail'
}

export function resultOf({ type, data }: Finished): TestResult {
  const result = { name: data.name, file: data.file ? relative(ROOT, data.file) : '' }
  if (data.skip !== undefined) {
    return { ...result, status: 'skipped', reason: typeof data.skip === 'string' ? data.skip : '' }
  }
  if (data.todo !== undefined) return { ...result, status: 'todo' }
  return { ...result, status: type === 'test:pass' ? 'passed' : 'failed' }
}

const FOLDER = '.test-report'

/** Where the runs leave their reports. A run of a few files writes `part`, so that `whole` stays the last whole run's. */
export const REPORTS = {
  whole: `${FOLDER}/report.jsonl`,
  part: `${FOLDER}/part.jsonl`,
  unfinished: `${FOLDER}/unfinished.jsonl`,
} as const

/** Where the files are written that run several test files each. */
export const GROUPS = `${FOLDER}/groups`

/** Where the command is built that tests run. */
export const BUILT = `${FOLDER}/built`

/** Reads a report; undefined when that run hasn't taken place. */
export function readResults(report: string): TestResult[] | undefined {
  const path = join(ROOT, report)
  if (!existsSync(path)) return undefined
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.filter(line => line !== '').map(line => JSON.parse(line))
}
