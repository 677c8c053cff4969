import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { type Json, readJson } from '@sallyport/core'
import { describedAnswers } from './answer.ts'
import { memberOf, OpenApiDocument, type Part, partsOf } from './document.ts'
import { describedRequest } from './request.ts'
import { type LateJudge, SchemaBook } from './schema-book.ts'

/** Remembers what it was asked for, so that all of it can be compiled. */
class ListingBook extends SchemaBook {
  readonly judges: LateJudge[] = []

  override judgeOf(part: Part): LateJudge {
    const judge = super.judgeOf(part)
    this.judges.push(judge)
    return judge
  }
}

function read(text: string): Json {
  try {
    return readJson(text)
  } catch {
    return null
  }
}

function* documents(corpora: string): Generator<readonly [name: string, root: Json]> {
  const folder = join(corpora, 'openapi-real')
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/\.json(?:\.gz)?$/.test(file) || /fail_/.test(file)) continue
    const bytes = readFileSync(join(folder, file))
    const root = read((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString())
    if (/^3\.[01]\./.test(String(memberOf(root, 'openapi')))) yield [file, root]
  }
}

const methods = new Set(['get', 'put', 'post', 'delete', 'patch', 'head', 'options'])

/** Why an operation of a document that its own collection calls good can't be judged by. */
const refusals = [
  /is another document, which isn't read/,
  /leads nowhere/,
  /look-ahead/,
  /look-behind/,
  /a count above 1000/,
  /"(?:matrix|label)" isn't read in a path/,
]

test('operations of real OpenAPI documents compile, and the few that do not say why', async t => {
  const corpora = process.env.SALLYPORT_CORPORA
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const count = { documents: 0, operations: 0, schemas: 0 }
  const refused = new Map<string, number>()
  for (const [name, root] of documents(corpora)) {
    const document = new OpenApiDocument(root)
    const [requests, answers] = [new ListingBook(document, 'request'), new ListingBook(document, 'answer')]
    count.documents += 1
    for (const [, item] of partsOf(document.at(['paths']))) {
      for (const [, operation] of partsOf(item).filter(([method]) => methods.has(method))) {
        count.operations += 1
        try {
          describedRequest(operation, requests, document, parameter => parameter)
          describedAnswers(operation, answers, document)
        } catch (error) {
          const message = error instanceof TypeError ? error.message : String(error)
          const why = refusals.find(reason => reason.test(message))
          assert.ok(why !== undefined, `${name}: ${message}`)
          refused.set(`${name}: ${message}`, (refused.get(`${name}: ${message}`) ?? 0) + 1)
        }
      }
    }
    for (const judge of [...requests.judges, ...answers.judges]) await judge({})
    count.schemas += requests.judges.length + answers.judges.length
  }
  t.diagnostic(`${count.documents} documents, ${count.operations} operations, ${count.schemas} schemas`)
  for (const [why, operations] of refused) t.diagnostic(`${operations} operations of ${why}`)
  assert.ok(count.operations > 900)
})
