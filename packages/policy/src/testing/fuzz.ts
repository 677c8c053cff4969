import assert from 'node:assert/strict'
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { saidByOurs, saidByReference } from './case.ts'
import { askedInCase, generatedCase } from './generated.ts'

const { values } = parseArgs({
  options: { questions: { type: 'string', default: '1000000' }, seed: { type: 'string' } },
})
const questions = Number(values.questions)
const seed = values.seed === undefined ? Date.now() : Number(values.seed)
const told = 50_000

console.log(`${questions} questions, seed ${seed}: what ours says beside the reference engine`)
const counts = { compared: 0, allowed: 0, erred: 0 }
fc.assert(
  fc.property(generatedCase, each => {
    const said = saidByOurs(each)
    assert.deepEqual(said, saidByReference(each))
    counts.compared += said.length
    counts.allowed += said.filter(({ allowed }) => allowed).length
    counts.erred += said.filter(({ errors }) => errors.length > 0).length
    if (counts.compared % told < askedInCase) console.log(JSON.stringify(counts))
  }),
  { numRuns: Math.ceil(questions / askedInCase), seed },
)
console.log(
  `all alike: ${counts.compared} questions, of which ${counts.allowed} were allowed and ${counts.erred} met a policy that errs`,
)
