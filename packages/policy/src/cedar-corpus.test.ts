import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type EntityJson, type SchemaJson, schemaToJsonWithResolvedTypes } from '@cedar-policy/cedar-wasm/nodejs'
import { PolicyFault } from './fault.ts'
import { partsOf } from './reference/read.ts'
import { bySchema } from './testing/by-schema.ts'
import { type Asked, saidByOurs } from './testing/case.ts'

const corpora = process.env.SALLYPORT_CORPORA

interface Expected extends Asked {
  readonly description: string
  readonly decision: 'allow' | 'deny'
  readonly reason: readonly string[]
  readonly errors: readonly string[]
}

interface Integration {
  readonly id: string
  readonly policies: string
  readonly schema: string
  readonly entities: readonly EntityJson[]
  readonly requests: readonly Expected[]
}

function schemaOf(text: string): SchemaJson<string> {
  const answer = schemaToJsonWithResolvedTypes(text)
  if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join('; '))
  return answer.json
}

/** What ours says to all requests of a case. */
function answersTo({ policies, schema, entities, requests }: Integration) {
  const { context, entity } = bySchema(schemaOf(schema))
  return saidByOurs({
    policies: Object.fromEntries(partsOf(policies).map((text, i) => [`policy${i}`, text])),
    entities: entities.map(entity),
    asked: requests.map(request => ({ ...request, context: context(request.action, request.context) })),
  })
}

/** Whether it doesn't load because it holds an integer beyond 2^53, which its line then has. */
function isRefused(line: string): boolean {
  try {
    answersTo(JSON.parse(line))
    return false
  } catch (error) {
    const why = error instanceof PolicyFault && error.message.includes('no integer within')
    assert.ok(why && /[0-9]{16}/.test(line), String(error))
    return true
  }
}

function assertDecided(each: Integration): void {
  const said = answersTo(each)
  for (const [i, { description, decision, reason, errors }] of each.requests.entries()) {
    const expected = { allowed: decision === 'allow', reasons: reason.toSorted(), errors: errors.toSorted() }
    assert.deepEqual(said[i], expected, `${each.id}: ${description}`)
  }
}

const sets = [
  { name: 'handwritten', beyond: 0 },
  { name: 'corpus-sample', beyond: 9 },
]

for (const { name, beyond } of sets)
  test(`Cedar's own integration tests (${name}) are decided as they say, but for those with integers beyond 2^53`, {
    skip: corpora === undefined && 'SALLYPORT_CORPORA names no folder',
  }, t => {
    const lines = readFileSync(join(corpora ?? '', 'cedar-integration', `${name}.jsonl`), 'utf8')
      .trim()
      .split('\n')
    const decided = lines.filter(line => !isRefused(line)).map((line): Integration => JSON.parse(line))
    decided.forEach(assertDecided)
    assert.equal(lines.length - decided.length, beyond)
    t.diagnostic(
      `${decided.reduce((sum, { requests }) => sum + requests.length, 0)} requests of ${decided.length} cases`,
    )
  })
