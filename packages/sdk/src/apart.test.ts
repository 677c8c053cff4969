import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anonymous, anyone, api, app, serve } from './index.ts'

const open = { identify: anonymous, authorize: anyone } as const
const operations = [
  api('GET /now', open, () => undefined),
  api('GET /later', open, async () => undefined),
  api('GET /fails', open, () => broken()),
]

const broken = (): never => {
  throw new Error('the collector is gone')
}
const later = async () => broken()
const span = {
  setAttributes: () => undefined,
  setStatus: () => undefined,
  updateName: () => undefined,
  end: () => undefined,
}
const traced = (member: object) => ({
  tracer: {
    startActiveSpan: (...of: unknown[]) => (of.at(-1) as (given: typeof span) => never)({ ...span, ...member }),
  },
})
const twice = (...of: unknown[]) => {
  const run = of.at(-1) as (given: typeof span) => never
  run(span)
  return run(span)
}
const line = (text: string) => (text.includes('GET') ? broken() : undefined)

const watching: Readonly<Record<string, object>> = {
  'a tracer that throws': { tracing: { tracer: { startActiveSpan: broken } } },
  'a tracer that runs twice': { tracing: { tracer: { startActiveSpan: twice } } },
  ...Object.fromEntries(
    Object.keys(span).map(name => [`a span whose ${name} throws`, { tracing: traced({ [name]: broken }) }]),
  ),
  'parents that throw': { tracing: { ...traced({}), parents: { from: ['127.0.0.1'], read: broken } } },
  'a record that throws': { record: broken },
  'a record that rejects': { record: later },
  'a terminal that is gone': { development: { environment: {}, output: { write: line } } },
}

for (const [what, options] of Object.entries(watching))
  test(`${what} changes nothing of what callers are told, and is told itself`, async t => {
    const faults: unknown[] = []
    const fault = (error: unknown) => {
      faults.push(error)
      broken()
    }
    const made = await app({ operations, fault, errors: { log: false }, ...options })
    const serving = await serve(made, { port: 0 })
    t.after(() => serving.close(0))
    for (const [path, status] of [
      ['/now', 204],
      ['/later', 204],
      ['/fails', 500],
      ['/nowhere', 404],
    ] as const) {
      const init = { headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } }
      assert.equal((await made.fetch(new Request(serving.url + path, init))).status, status, path)
      assert.equal((await fetch(serving.url + path, init)).status, status, path)
    }
    if (what !== 'a tracer that runs twice') assert.match(String(faults), /the collector is gone/)
  })
