import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { canonicalJson, isExactNumber } from './canonical-json.ts'
import { readJson } from './json.ts'

test('a value has one canonical text, however it was written', () => {
  const text =
    '{ "b" : [1.0, 1e2, -0, "\\u0041\\/\\u20ac"], "a": {"\\ud83d\\ude00": true, "\\ufb33": null}, "__proto__": 1 }'
  assert.equal(canonicalJson(readJson(text)), '{"__proto__":1,"a":{"😀":true,"\ufb33":null},"b":[1,100,0,"A/€"]}')
})

test('what is canonical stays as it is', () => {
  fc.assert(
    fc.property(fc.json(), json => {
      const text = canonicalJson(readJson(json))
      assert.equal(canonicalJson(readJson(text)), text)
    }),
  )
})

for (const number of [
  '0',
  '-0',
  '0e9',
  '1.0',
  '100',
  '1e2',
  '0.1',
  '1e-7',
  '123456789012345',
  '1.50',
  '5e-324',
  '9007199254740992',
]) {
  test(`${number} is kept as it is`, () => assert.equal(isExactNumber(number), true))
}

for (const number of [
  '9007199254740993',
  '12345678901234567890',
  '0.1000000000000000055',
  '1e-400',
  '333333333.33333329',
]) {
  test(`${number} would be another number`, () => assert.equal(isExactNumber(number), false))
}

const vector = z.object({ id: z.string(), input_base64: z.string(), expected_base64: z.string() })

test('the canonical texts of RFC 8785 are these, byte for byte', t => {
  const corpora = process.env.SALLYPORT_CORPORA
  if (corpora === undefined) return t.skip('SALLYPORT_CORPORA is not set')
  const lines = readFileSync(join(corpora, 'json-canonicalization', 'jcs.jsonl'), 'utf8')
    .trim()
    .split('\n')
  assert.ok(lines.length >= 6)
  for (const { id, input_base64, expected_base64 } of lines.map(line => vector.parse(JSON.parse(line)))) {
    const text = canonicalJson(readJson(Buffer.from(input_base64, 'base64').toString()))
    assert.equal(Buffer.from(text).toString('base64'), expected_base64, id)
  }
})
