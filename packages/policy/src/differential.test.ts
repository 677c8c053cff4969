import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { saidByOurs, saidByReference } from './testing/case.ts'
import { askedInCase, generatedCase } from './testing/generated.ts'

const questions = 20_000

test(`${questions} generated questions are answered as the reference engine answers them`, () => {
  fc.assert(
    fc.property(generatedCase, each => assert.deepEqual(saidByOurs(each), saidByReference(each))),
    { numRuns: questions / askedInCase, seed: 20_260_101 },
  )
})
