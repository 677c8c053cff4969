import { Readable } from 'node:stream'
import { spec, type TestEvent } from 'node:test/reporters'
import { hasFinished, resultOf, type TestResult } from './result.ts'
import { forbiddenSkips } from './skips.ts'

const COUNT = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/

/** The runner's closing lines. Tests may report lines of their own; those stay where they are. */
function isCount(event: TestEvent): boolean {
  return event.type === 'test:diagnostic' && event.data.nesting === 0 && COUNT.test(event.data.message)
}

/**
 * A reporter of `node --test` for people: `spec`, with the runner's own count moved to the very end, behind the failures. With
 * CI=true the skips that such a run doesn't allow are named too.
 */
export default async function* reportToTerminal(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const skipped: TestResult[] = []
  const counts: TestEvent[] = []
  async function* exceptCounts() {
    for await (const event of events) {
      if (hasFinished(event) && event.data.skip !== undefined) skipped.push(resultOf(event))
      if (isCount(event)) counts.push(event)
      else yield event
    }
  }
  yield* shown(exceptCounts())
  const forbidden = process.env.CI === 'true' ? forbiddenSkips(skipped) : []
  for (const { file, name, reason } of forbidden) {
    yield `\n✖ skipped, which CI=true doesn't allow: ${file}: ${name} (${reason || 'no reason given'})\n`
  }
  yield* shown(counts)
}

function shown(events: Iterable<TestEvent> | AsyncIterable<TestEvent>): AsyncIterable<string> {
  return Readable.from(events).pipe(new spec())
}
