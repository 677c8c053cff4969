import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileSchema } from './json-schema.ts'

const judgeOf = (type: string, format: string) => compileSchema(new Map([['file:///a', { type, format }]]))

const texts: readonly [format: string, good: readonly string[], bad: readonly string[]][] = [
  ['date', ['2024-02-29', '2000-02-29'], ['2023-02-29', '1900-02-29', '2024-13-01', '2024-1-1', '2024-00-10']],
  ['time', ['23:59:60Z', '00:00:00.123+05:30'], ['24:00:00Z', '12:00:00', '12:60:00Z', '12:00:00+24:00']],
  [
    'date-time',
    ['2024-02-29T12:00:00Z', '2024-01-01t00:00:00.5-08:00'],
    ['2024-02-30T12:00:00Z', '2024-01-01 00:00:00Z', '2024-01-01'],
  ],
  ['duration', ['P1D', 'PT1H30M', 'P2W', 'P1Y2M3DT4S'], ['P', 'PT', 'P1', '1D', 'P1S', '']],
  [
    'email',
    ['a@b.co', 'first.last+tag@sub.example.com'],
    ['a@b', 'a', '@b.co', 'a@', 'a@b..co', 'a b@c.de', 'a@-b.co', 'a@b@c', `${'a'.repeat(65)}@b.co`, '.a@b.co'],
  ],
  ['hostname', ['localhost', 'a-b.example'], ['-a', 'a_b', 'a..b', `${'a'.repeat(64)}.b`, '']],
  ['ipv4', ['192.0.2.1'], ['192.0.2.256', '192.0.2', '01.2.3.4']],
  ['ipv6', ['2001:db8::1', '::'], ['2001:db8::1%eth0', '1::2::3', '192.0.2.1']],
  ['uri', ['https://example.com/a?b=c#d', 'urn:isbn:1'], ['/relative', 'http://a b', 'http://[%zz]', '']],
  ['uri-reference', ['/relative', '?q', ''], ['\\\\server', 'a b']],
  [
    'uuid',
    ['123e4567-e89b-12d3-a456-426614174000'],
    ['123e4567e89b12d3a456426614174000', '123e4567-e89b-12d3-a456-42661417400g'],
  ],
  ['json-pointer', ['', '/a~1b/0'], ['a', '/a~2']],
  ['relative-json-pointer', ['0', '1/a', '2#'], ['01', '-1', '/a']],
  ['regex', ['^a+$'], ['(', '(?=a)', 'a'.repeat(1001)]],
  ['byte', ['', 'aGk=', 'aGkh'], ['aGk', 'a===', 'aG k=']],
]

for (const [format, good, bad] of texts) {
  test(`${format}: what is one and what is not`, () => {
    const judge = judgeOf('string', format)
    for (const text of good) assert.equal(judge(text), undefined, text)
    for (const text of bad) assert.notEqual(judge(text), undefined, text)
  })
}

test('numbers have the range of their format', () => {
  const int32 = judgeOf('integer', 'int32')
  assert.equal(int32(2 ** 31 - 1), undefined)
  assert.notEqual(int32(2 ** 31), undefined)
  assert.notEqual(judgeOf('integer', 'int64')(1e19), undefined)
})

test('hostile texts are judged in no more steps than they have characters', () => {
  const long = 'a-'.repeat(500_000)
  for (const [format] of texts) assert.notEqual(judgeOf('string', format)(`${long}\u0000`), undefined, format)
})

for (const [format, text] of [
  ['byte', 'AAAA'.repeat(4_000_000)],
  ['uri', `data:,${'a%20'.repeat(4_000_000)}`],
  ['uri-reference', 'a/'.repeat(8_000_000)],
  ['json-pointer', '/a~1'.repeat(4_000_000)],
  ['relative-json-pointer', `7${'/a'.repeat(8_000_000)}`],
] as const) {
  test(`a text of many million characters may be one too: ${format}`, () =>
    assert.equal(judgeOf('string', format)(text), undefined))
}
