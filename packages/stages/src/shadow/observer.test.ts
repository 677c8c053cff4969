import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Findings } from '../record/findings.ts'
import { tell } from './observer.ts'

const trying = { stage: 'authorize', rule: 'module' } as const
const found = { mode: 'shadow', ...trying, code: 'not-allowed', reason: 'no' } as const

test('what is said in time stands in the record; what never is, or too late, is told as that and forgotten', async () => {
  const findings = new Findings()
  const said = Promise.withResolvers<(typeof found)[]>()
  const late = Promise.withResolvers<never>()
  tell(said.promise, 'call', trying, { findings, late: () => late.promise })
  const complete = findings.complete('call')
  late.reject(new Error('late'))
  await complete
  assert.deepEqual(
    findings.take('call')?.map(({ code }) => code),
    ['not-judged'],
  )
  said.resolve([found])
  await said.promise
  assert.equal(findings.complete('call'), undefined)
  assert.equal(findings.take('call'), undefined)

  tell(Promise.resolve([found]), 'other', trying, { findings, late: () => new Promise(() => undefined) })
  await findings.complete('other')
  assert.deepEqual(findings.take('other'), [found])
})
