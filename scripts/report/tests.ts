import { relative } from 'node:path'
import type { TestEvent } from 'node:test/reporters'
import { ROOT } from '../child.ts'
import type { TestResult } from './result.ts'

type Finished = Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>

const NO_PROOF = new Set(['skipped', 'todo'])

function ownResult({ type, data }: Finished): TestResult {
  const result = { name: data.name, file: data.file ? relative(ROOT, data.file) : '' }
  if (data.skip !== undefined) {
    return { ...result, status: 'skipped', reason: typeof data.skip === 'string' ? data.skip : '' }
  }
  if (data.todo !== undefined) return { ...result, status: 'todo' }
  return { ...result, status: type === 'test:pass' ? 'passed' : 'failed' }
}

/** A test that passed only because everything inside it was skipped has shown nothing: it is skipped too. */
function withSubtests(result: TestResult, subtests: readonly TestResult[]): TestResult {
  const first = subtests[0]
  if (result.status !== 'passed' || !first || !subtests.every(subtest => NO_PROOF.has(subtest.status))) return result
  return { ...first, name: result.name, file: result.file }
}

/**
 * A reporter of `node --test`: one JSON object a line for each test (suites are left out), as {@link TestResult} says.
 * `npm run features` reads it.
 */
export default async function* reportTests(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const unclaimed: TestResult[][] = [] // by nesting; the runner reports subtests before the test that holds them
  for await (const event of events) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue
    const { nesting, details } = event.data
    const result = withSubtests(ownResult(event), unclaimed[nesting + 1] ?? [])
    unclaimed.length = Math.min(unclaimed.length, nesting + 1)
    unclaimed[nesting] = [...(unclaimed[nesting] ?? []), result]
    if (details.type !== 'suite') yield `${JSON.stringify(result)}\n`
  }
}
