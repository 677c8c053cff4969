import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Findings } from './findings.ts'

const finding = (reason: string) => ({ stage: 'protect' as const, rule: 'body', code: 'answer-invalid', reason })

test('what was found belongs to its call and is told once', () => {
  const findings = new Findings()
  findings.add('one', finding('a'))
  findings.add('other', finding('b'))
  assert.deepEqual(findings.take('one'), [finding('a')])
  assert.equal(findings.take('one'), undefined)
})

test('neither many findings nor long ones fill the memory', () => {
  const findings = new Findings()
  for (let i = 0; i < 1000; i++) findings.add('one', finding('x'.repeat(10_000)))
  const found = findings.take('one') ?? []
  assert.equal(found.length, 10)
  assert.equal(found[0]?.reason.length, 2000)
})
