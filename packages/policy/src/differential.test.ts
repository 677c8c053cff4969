import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { saidByAsking, saidByOurs, saidByReference } from './testing/case.ts'
import { askedInCase, generatedCase } from './testing/generated.ts'

const questions = 20_000
const asked = 1000

test(`${questions} generated questions are answered as the reference engine answers them`, () => {
  fc.assert(
    fc.property(generatedCase, each => assert.deepEqual(saidByOurs(each), saidByReference(each))),
    { numRuns: questions / askedInCase, seed: 20_260_101 },
  )
})

test(`${asked} of them are answered alike where the reference engine is asked of each policy by itself`, () => {
  fc.assert(
    fc.property(generatedCase, each => assert.deepEqual(saidByAsking(each), saidByReference(each))),
    { numRuns: asked / askedInCase, seed: 20_260_102 },
  )
})
