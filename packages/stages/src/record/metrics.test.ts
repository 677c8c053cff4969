import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallEvent } from '@sallyport/core'
import { createMetrics } from './metrics.ts'

const event: CallEvent = {
  id: '0'.repeat(32),
  time: '2026-01-02T03:04:05.678Z',
  snapshot: 'f00d',
  method: 'GET',
  path: '/warehouse/items',
  api: 'warehouse',
  operation: 'GET /items',
  status: 200,
  outcome: 'answered',
  totalMs: 4,
  upstreamMs: 2,
  bytesIn: 0,
  bytesOut: 2,
}

test('findings are counted by mode, rule and code', async () => {
  const metrics = await createMetrics()
  const found = {
    stage: 'authorize',
    rule: 'shadow.policy',
    code: 'policy-refuses',
    reason: 'no permit holds',
  } as const
  for (let i = 0; i < 2; i++) metrics.observe({ ...event, findings: [{ mode: 'shadow', ...found }] })
  metrics.observe({ ...event, findings: [found] })
  const text = await metrics.exposition()
  const series = (mode: string) =>
    `sallyport_findings_total{api="warehouse",operation="GET /items",mode="${mode}",rule="shadow.policy",code="policy-refuses"}`
  assert.ok(text.includes(`${series('shadow')} 2\n${series('report')} 1\n`), text)
})

test('calls are counted by API, operation, status and outcome, with how long they took', async () => {
  const metrics = await createMetrics({ connections: () => 7 })
  metrics.observe(event)
  metrics.observe({ ...event, totalMs: 40 })
  metrics.observe({ ...event, status: 403, outcome: 'refused' })
  const text = await metrics.exposition()
  const series = 'api="warehouse",operation="GET /items",status="200",outcome="answered"'
  assert.ok(text.includes(`sallyport_call_duration_seconds_bucket{${series},le="0.005"} 1\n`))
  assert.ok(text.includes(`sallyport_call_duration_seconds_bucket{${series},le="0.05"} 2\n`))
  assert.ok(text.includes(`sallyport_call_duration_seconds_bucket{${series},le="+Inf"} 2\n`))
  assert.ok(text.includes(`sallyport_call_duration_seconds_sum{${series}} 0.044\n`))
  assert.ok(text.includes(`sallyport_call_duration_seconds_count{${series}} 2\n`))
  assert.ok(text.includes('status="403",outcome="refused"} 1\n'))
  assert.ok(text.includes('sallyport_upstream_duration_seconds_count{api="warehouse",operation="GET /items"} 3\n'))
  assert.match(text, /^sallyport_connections 7$/m)
  assert.match(text, /^nodejs_eventloop_lag_p99_seconds /m)
  assert.match(text, /^process_resident_memory_bytes /m)
})

test('a call that found no operation is counted without one', async () => {
  const metrics = await createMetrics()
  const { api: _, operation: __, upstreamMs: ___, ...lost } = event
  metrics.observe({ ...lost, status: 404, outcome: 'refused' })
  assert.ok((await metrics.exposition()).includes('_count{api="",operation="",status="404",outcome="refused"} 1\n'))
})

test('no name can break out of its label', async () => {
  const metrics = await createMetrics()
  metrics.observe({ ...event, operation: 'GET /"} 1\nforged{x="\\' })
  const text = await metrics.exposition()
  assert.ok(text.includes('operation="GET /\\"} 1\\nforged{x=\\"\\\\"'))
  assert.doesNotMatch(text, /^forged/m)
})
