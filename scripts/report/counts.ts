import type { TestEvent } from 'node:test/reporters'

/** A reporter of `node --test`: the runner's closing lines alone (tests, pass, fail, skipped …), as `spec` shows them. */
export default async function* reportCounts(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    if (event.type !== 'test:diagnostic' || event.data.nesting > 0) continue
    if (/^[a-z_]+ \d/.test(event.data.message)) yield `ℹ ${event.data.message}\n`
  }
}
