import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Json, JsonError, readJson, readJsonBytes } from './json.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

const refusals: readonly [what: string, text: string, offset: number][] = [
  ['nothing at all', '', 0],
  ['white space alone', ' \n', 2],
  ['a byte order mark', '\ufeff{}', 0],
  ['white space that JSON does not know', '\u00a01', 0],
  ['something after the value', '{} {}', 3],
  ['a trailing comma in an array', '[1,]', 3],
  ['a trailing comma in an object', '{"a":1,}', 7],
  ['a member without a name', '{1:2}', 1],
  ['a member without a value', '{"a":}', 5],
  ['a missing colon', '{"a" 1}', 5],
  ['a missing bracket', '[1', 2],
  ['a mismatched bracket', '[1}', 2],
  ['a comment', '[/**/]', 1],
  ['single quotes', "['a']", 1],
  ['a number with a leading zero', '[01]', 2],
  ['a number with a plus sign', '+1', 0],
  ['a bare minus', '-', 0],
  ['NaN', 'NaN', 0],
  ['a word cut short', 'tru', 0],
  ['a number that no double holds', '[1e400]', 1],
  ['a string that does not end', '"abc', 0],
  ['a raw line break in a string', '"a\nb"', 2],
  ['an escape that JSON does not know', '"a\\x41"', 2],
  ['a short \\u escape', '"\\u12"', 1],
  ['half of a surrogate pair', '["a","\\ud83d"]', 5],
  ['half of a surrogate pair in a name', '{"\\udc00":1}', 1],
  ['half of a surrogate pair, raw', '"\ud83d"', 0],
  ['duplicate members', '{"a":1,"b":2,"a":1}', 13],
  ['duplicate members that are escaped differently', '{"a":1,"\\u0061":2}', 7],
  ['duplicate __proto__ members', '{"__proto__":1,"__proto__":2}', 15],
]

for (const [what, text, offset] of refusals) {
  test(`refused, with its place: ${what}`, () => {
    assert.throws(
      () => readJson(text),
      (error: unknown) => error instanceof JsonError && error.offset === offset,
    )
  })
}

test('the same member name in different objects is no duplicate', () => {
  assert.deepEqual(readJson('{"a":{"a":[{"a":1},{"a":2}]}}'), { a: { a: [{ a: 1 }, { a: 2 }] } })
})

test('__proto__ is an own member and changes no prototype', () => {
  const value = readJson('{"__proto__":{"admin":true},"constructor":1,"toString":2}')
  assert.ok(typeof value === 'object' && value !== null)
  assert.equal(Object.getPrototypeOf(value), Object.prototype)
  assert.deepEqual(Object.keys(value), ['__proto__', 'constructor', 'toString'])
  assert.equal('admin' in value, false)
})

test('nesting is accepted up to the limit and refused past it', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
  readJson(nested(64))
  assert.throws(() => readJson(nested(65)), { name: 'JsonError', offset: 64 })
  assert.throws(() => readJson('{"a":'.repeat(100_000)), JsonError)
  readJson('[{}]', { depth: 2 })
  assert.throws(() => readJson('[{}]', { depth: 1 }), JsonError)
  assert.equal(readJson('1', { depth: 0 }), 1)
})

test('bytes that are not UTF-8 are refused, and a byte order mark too', () => {
  for (const broken of [
    [0x22, 0xff, 0x22],
    [0x22, 0xc0, 0xaf, 0x22],
    [0x22, 0xed, 0xa0, 0x80, 0x22],
    [0x22, 0xc3],
  ]) {
    assert.throws(() => readJsonBytes(Uint8Array.from(broken)), { name: 'JsonError', offset: undefined })
  }
  assert.throws(() => readJsonBytes(Uint8Array.from([0xef, 0xbb, 0xbf, 0x31])), { name: 'JsonError', offset: 0 })
  assert.equal(readJsonBytes(bytes('"é€𝄞"')), 'é€𝄞')
})

test('whatever JSON.stringify writes is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.json({ stringUnit: 'binary' }), fc.constantFrom(undefined, 1, '\t'), (text, indent) => {
      const written = JSON.stringify(JSON.parse(text), null, indent)
      assert.deepEqual(readJson(written), JSON.parse(written))
      assert.deepEqual(readJsonBytes(bytes(written)), JSON.parse(written))
    }),
    { numRuns: 500 },
  )
})

/** Texts that are nearly JSON, of short names so that duplicates are common. */
const nearlyJson = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '"b"', '"\\u0061"', '1', 'null') },
      {
        weight: 2,
        arbitrary: fc.constantFrom('{"a":1', '"__proto__":', '[1,', '-0', '1e5', '1E400', ' ', '\n', 'true'),
      },
      { weight: 1, arbitrary: fc.constantFrom('"', '\\', '0', '.', 'e', '-', '\\u', '\ud800', '"\\ud800"', '\ufeff') },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
    ),
    { maxLength: 9 },
  )
  .map(parts => parts.join(''))

const parsed = (text: string): { value: Json } | undefined => {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

const read = (text: string): { value: Json } | JsonError => {
  try {
    return { value: readJson(text) }
  } catch (error) {
    if (error instanceof JsonError) return error
    throw error
  }
}

test('what is accepted JSON.parse accepts too, with the same value; what is refused beyond that has its reason', () => {
  fc.assert(
    fc.property(nearlyJson, text => {
      const ours = read(text)
      const theirs = parsed(text)
      if (!(ours instanceof JsonError)) return assert.deepEqual(ours, theirs)
      if (theirs !== undefined) assert.match(ours.message, /twice|surrogate|out of range/, text)
      assert.ok(ours.offset !== undefined && ours.offset <= text.length)
    }),
    { numRuns: 2_000 },
  )
})

const duplicates = ['y_object_duplicated_key.json', 'y_object_duplicated_key_and_value.json']

test('JSONTestSuite: all that must be refused is, all that must be accepted is, but for duplicate members', t => {
  const corpora = process.env.SALLYPORT_CORPORA
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const cases = readFileSync(join(corpora, 'json-parsing', 'parsing.jsonl'), 'utf8')
    .trim()
    .split('\n')
  assert.ok(cases.length > 100)
  for (const line of cases) {
    const { id, expected, input_base64: input } = JSON.parse(line)
    const run = () => readJsonBytes(Buffer.from(input, 'base64'))
    if (expected === 'reject' || duplicates.includes(id)) assert.throws(run, JsonError, id)
    if (expected === 'accept' && !duplicates.includes(id)) run()
    if (expected.startsWith('either')) readEither(run)
  }
})

function readEither(run: () => void): void {
  try {
    run()
  } catch (error) {
    assert.ok(error instanceof JsonError)
  }
}

const bounded = { depth: 2, members: 2, items: 3, string: 4, number: 5 }

for (const [what, good, bad, offset] of [
  ['depth', '[[1]]', '[[[1]]]', 2],
  ['members', '{"a":1,"b":2}', '{"a":1,"b":2,"c":3}', 13],
  ['items', '[1,2,3]', '[1,2,3,4]', 7],
  ['string', '"ab\\u00e9d"', '"abcde"', 0],
  ['string, of names too', '{"abcd":1}', '{"abcde":1}', 1],
  ['number', '[12345]', '[1234.5]', 1],
] as const) {
  test(`a text may hold as much as its limits say and no more: ${what}`, () => {
    assert.doesNotThrow(() => readJson(good, bounded))
    assert.throws(
      () => readJson(bad, bounded),
      error => error instanceof JsonError && error.offset === offset,
    )
  })
}
