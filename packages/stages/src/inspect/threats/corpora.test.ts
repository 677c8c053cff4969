import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { scanner } from './scan.ts'

const corpora = process.env.SALLYPORT_CORPORA
const skip = corpora === undefined ? { skip: 'SALLYPORT_CORPORA is not set' } : {}
const scan = scanner(2)

const line = z.looseObject({
  class: z.string().optional(),
  value: z.string().optional(),
  decoded_latin1: z.string().optional(),
  payload: z.string().optional(),
  body: z.json().optional(),
})

const linesOf = (file: string) =>
  readFileSync(join(corpora ?? '', file), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map(text => line.parse(JSON.parse(text)))

/** Letters, digits and spaces alone, or one operator alone, are no attack, whatever list they stand in. */
const carries = (value: string) => !/^(?:[A-Za-z0-9 ]*|[<>=!&|]{1,3})$/.test(value)

const sets = [
  ['libinjection/sqli.jsonl', undefined],
  ['libinjection/xss.jsonl', undefined],
  ...['sqli', 'xss', 'path-traversal'].map(kind => ['httpparams/payload_train.jsonl', kind] as const),
  ...['sqli', 'xss', 'cmd', 'ssti', 'xxe'].map(kind => [`payloads-all-the-things/${kind}.jsonl`, undefined] as const),
  ['path-normalisation/traversal-payloads.jsonl', undefined],
] as const

for (const [file, kind] of sets) {
  test(`of ${file}${kind === undefined ? '' : ` (${kind})`} at least 95 % are found at level 2`, skip, () => {
    const chosen = linesOf(file).filter(each => kind === undefined || each.class === kind)
    const values = chosen.map(each => each.value ?? each.decoded_latin1 ?? each.payload ?? '').filter(carries)
    assert.ok(values.length >= 90)
    const found = values.filter(value => scan(value) !== undefined).length
    assert.ok(found >= 0.95 * values.length, `${found} of ${values.length}`)
  })
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, member]) => [...(Array.isArray(value) ? [] : [key]), ...textsIn(member)])
}

const harmless = {
  'parameters of forms': () =>
    linesOf('httpparams/payload_train.jsonl').flatMap(each => (each.class === 'norm' ? [each.value ?? ''] : [])),
  'bodies of APIs': () => linesOf('benign-api-bodies/bodies.jsonl').flatMap(each => textsIn(each.body)),
}

for (const [what, valuesOf] of Object.entries(harmless)) {
  test(`of harmless ${what} at most 0.1 % are taken for attacks at level 2`, skip, () => {
    const values = valuesOf()
    const found = values.filter(value => scan(value) !== undefined)
    assert.ok(found.length <= values.length / 1000, found.slice(0, 5).join('\n'))
  })
}
