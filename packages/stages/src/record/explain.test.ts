import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallEvent } from '@sallyport/core'
import { explain } from './explain.ts'

const event: CallEvent = {
  id: '0123456789abcdef0123456789abcdef',
  time: '2026-01-02T03:04:05.678Z',
  snapshot: 'f00d',
  method: 'POST',
  path: '/warehouse/orders',
  api: 'warehouse',
  operation: 'POST /orders',
  rules: { identify: ['jwt of staff'], authorize: ['scopes: scope order_item'], limit: ['burst: 100/second'] },
  status: 200,
  outcome: 'answered',
  totalMs: 3,
  bytesIn: 0,
  bytesOut: 2,
}

const verdicts = (call: CallEvent) => explain(call).stages.map(({ verdict }) => verdict)

const refusedAt = (stage: 'admit' | 'authorize' | 'forward' | 'protect', code: string, status: number): CallEvent => ({
  ...event,
  status,
  outcome: 'refused',
  refusal: { stage, code, reason: 'because' },
})

test('an answered call passed all eight stages, each with what it asked', () => {
  const { stages, code } = explain(event)
  assert.deepEqual(new Set(verdicts(event)), new Set(['passed']))
  assert.equal(stages.length, 8)
  assert.deepEqual(stages[2]?.rules, ['scopes: scope order_item'])
  assert.equal(code, undefined)
})

test('a refused call did not reach the stages after the one that refused, but leaves through protect and record', () => {
  const reached = ['passed', 'passed', 'refused', 'not reached', 'not reached', 'not reached', 'passed', 'passed']
  assert.deepEqual(verdicts(refusedAt('authorize', 'scope-missing', 403)), reached)
})

test('what refused, why, and what is missing stand at the stage that refused and nowhere else', () => {
  const refusal = {
    ...{ stage: 'authorize' as const, rule: 'scopes', code: 'scope-missing', reason: 'needs scope order_item' },
    missing: { scopes: ['order_item'] },
  }
  const { stages, code } = explain({ ...event, status: 403, outcome: 'refused', refusal })
  assert.deepEqual(stages[2], {
    stage: 'authorize',
    verdict: 'refused',
    rules: ['scopes: scope order_item'],
    rule: 'scopes',
    code: 'scope-missing',
    reason: 'needs scope order_item',
    missing: { scopes: ['order_item'] },
  })
  assert.equal(code, 'scope-missing')
  assert.deepEqual(
    stages.flatMap(({ stage, code }) => (code === undefined ? [] : [stage])),
    ['authorize'],
  )
})

test('a fault is told from a decision', () => {
  assert.equal(verdicts(refusedAt('forward', 'upstream-unreachable', 502))[5], 'failed')
  assert.equal(verdicts(refusedAt('admit', 'method-unsupported', 501))[0], 'refused')
  assert.equal(verdicts(refusedAt('protect', 'internal', 500))[6], 'failed')
})

test('an answer that broke off after its header failed at forward, whatever status it had', () => {
  const refusal = { stage: 'forward' as const, code: 'upstream-broken', reason: 'socket closed' }
  assert.equal(verdicts({ ...event, outcome: 'failed', refusal })[5], 'failed')
})

test('what a rule found and let pass stands at its stage', () => {
  const finding = { stage: 'protect' as const, rule: 'body', code: 'answer-invalid', reason: 'no id' }
  const { stages, outcome } = explain({ ...event, findings: [finding] })
  assert.equal(outcome, 'answered')
  assert.deepEqual(
    stages.map(({ findings }) => findings?.length ?? 0),
    [0, 0, 0, 0, 0, 0, 1, 0],
  )
})
