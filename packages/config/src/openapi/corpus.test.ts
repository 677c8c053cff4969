import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openApiCorpus } from '../testing/openapi-corpus.ts'
import { readOpenApi } from './read.ts'

/** Why a document that its own collection calls good isn't read here. */
const refusals = [
  /Swagger 2\.0 is not read/,
  /this is not an OpenAPI document/,
  /is another document, which isn't read/,
  /two parameters with nothing between them/,
]

test('real OpenAPI documents are read, and the few that are not say why', t => {
  const corpora = process.env.SALLYPORT_CORPORA
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const count = { documents: 0, read: 0, operations: 0 }
  for (const [name, text] of openApiCorpus(corpora)) {
    const { operations, mistakes } = readOpenApi(text, name)
    count.documents += 1
    count.operations += operations.length
    if (mistakes.length === 0) count.read += 1
    else if (!name.startsWith('fail_')) {
      const [first] = mistakes
      assert(
        refusals.some(reason => reason.test(first?.message ?? '')),
        `${name}: ${first?.message}`,
      )
    }
  }
  t.diagnostic(`${count.read} of ${count.documents} documents read, ${count.operations} operations`)
  assert(count.read >= 180 && count.operations >= 1300)
})
