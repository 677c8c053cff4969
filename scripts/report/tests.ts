import type { TestEvent } from 'node:test/reporters'
import { hasFinished, resultOf, type TestResult } from './result.ts'

const NO_PROOF = new Set(['skipped', 'todo'])

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
    if (!hasFinished(event)) continue
    const { nesting, details } = event.data
    const result = withSubtests(resultOf(event), unclaimed[nesting + 1] ?? [])
    unclaimed.length = Math.min(unclaimed.length, nesting + 1)
    unclaimed[nesting] = [...(unclaimed[nesting] ?? []), result]
    if (details.type !== 'suite') yield `${JSON.stringify(result)}\n`
  }
}
