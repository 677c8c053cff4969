import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { Document } from '../../fields/document.ts'
import { BadJsonPath } from '../../json-path.ts'
import { type Matcher, readMatcher } from './matcher.ts'

const found = z.object({
  result_paths: z.array(z.string()).optional(),
  results_paths: z.array(z.array(z.string())).optional(),
})
const testCase = z.object({
  id: z.string(),
  selector: z.string(),
  document: z.json().optional(),
  expected: z.union([z.literal('selector rejected'), found]),
})

function read(selector: string): Matcher | undefined {
  try {
    return readMatcher(selector)
  } catch (error) {
    if (error instanceof BadJsonPath) return undefined
    throw error
  }
}

/** What isn't used here though it is JSONPath. */
const refusedHere = /^\$$|\b(?:match|search|length|count|value)\(|\.\..*\.\.|\?.*\$|\?.*\.\.|&&.*&&|&&.*\|\|/

test('the JSONPath compliance suite: what is found is what must be, or the expression is refused', t => {
  const corpora = process.env.SALLYPORT_CORPORA
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const lines = readFileSync(join(corpora, 'jsonpath', 'cts.jsonl'), 'utf8')
    .trim()
    .split('\n')
  let matched = 0
  for (const line of lines) {
    const { id, selector, document: json, expected } = testCase.parse(JSON.parse(line))
    const matcher = read(selector)
    if (expected === 'selector rejected') {
      assert.equal(matcher, undefined, `${id} ${selector}`)
      continue
    }
    if (matcher === undefined) {
      assert.match(selector, refusedHere, id)
      continue
    }
    const document = new Document(JSON.stringify(json))
    const ids = (paths: readonly string[]) =>
      paths.flatMap(path => (path === '$' ? [0] : (read(path)?.(document) ?? []))).sort()
    const all = [
      ...(expected.results_paths ?? []),
      ...(expected.result_paths === undefined ? [] : [expected.result_paths]),
    ]
    const [paths] = all
    assert.ok(paths !== undefined, id)
    assert.equal(ids(paths).length, paths.length, id)
    assert.deepEqual([...matcher(document)].sort(), ids(paths), `${id} ${selector}`)
    matched++
  }
  t.diagnostic(`${matched} of ${lines.length} expressions found what they must; the others are refused at load`)
  assert.ok(matched > 140)
})

test('a chain of && is refused, for the library would find more or less than it says', () => {
  for (const chain of ['@.a && @.b && @.c', '@.a && (@.b || @.c)', '!(@.a && @.b && @.c)'])
    assert.throws(() => readMatcher(`$[?${chain}]`), BadJsonPath, chain)
  const document = new Document('[{"a":1},{"b":1,"c":1},{"a":1,"c":1}]')
  assert.equal(readMatcher('$[?(@.b || @.a) && @.c]')(document).length, 2)
  assert.equal(readMatcher('$[?@.a && @.c || @.b]')(document).length, 2)
})
