import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { deciding } from '../decide.ts'
import { jsonOf } from '../reference/read.ts'
import { questionsOf } from '../testing/case.ts'
import { policyText, questionsOfOneCase } from '../testing/generated.ts'
import { compilePolicy } from './policy.ts'

test('what is left out by its head would have decided nothing, permits, forbids and errors alike', () => {
  const policies = fc
    .sample(policyText, { numRuns: 150, seed: 7 })
    .map((text, i) => compilePolicy(`p${i}`, jsonOf(text)))
  const together = deciding(policies)
  const alone = policies.map(policy => deciding([policy]))
  fc.assert(
    fc.property(questionsOfOneCase, ({ entities, asked }) => {
      for (const question of questionsOf(entities, asked)) {
        const { reasons, errors, allowed } = together(question)
        const said = alone.map(decide => decide(question))
        const forbids = said.flatMap(({ reasons: own }) => own.filter(({ effect }) => effect === 'forbid'))
        const permits = said.flatMap(({ reasons: own }) => own.filter(({ effect }) => effect === 'permit'))
        const expected = (forbids.length > 0 ? forbids : permits).map(({ id }) => id)
        assert.deepEqual(reasons.map(({ id }) => id).sort(), expected.sort())
        assert.equal(allowed, forbids.length === 0 && permits.length > 0)
        assert.deepEqual(
          errors.map(({ policy }) => policy.id).sort(),
          said.flatMap(({ errors: own }) => own.map(({ policy }) => policy.id)).sort(),
        )
      }
    }),
    { numRuns: 40, seed: 11 },
  )
})
