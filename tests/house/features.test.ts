import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { proofs, strayIds } from '../../scripts/features/proofs.ts'
import { parseRows } from '../../scripts/features/rows.ts'
import type { TestResult } from '../../scripts/report/result.ts'

const ROWS = [
  { id: 'F1', name: 'jwt_required' },
  { id: 'F13', name: 'realm' },
]

function result(name: string, status: TestResult['status']): TestResult {
  return { name, file: 'tests/a.test.ts', status }
}

test('every row of docs/features.md is read', () => {
  const rows = parseRows(readFileSync(new URL('../../docs/features.md', import.meta.url), 'utf8'))
  const letters = rows.map(row => row.id.charAt(0))
  const count = (letter: string) => letters.filter(other => other === letter).length
  assert.deepEqual(
    { M: count('M'), W: count('W'), F: count('F'), A: count('A'), T: count('T') },
    {
      M: 22,
      W: 62,
      F: 50,
      A: 56,
      T: 14,
    },
  )
  assert.deepEqual(
    rows.find(row => row.id === 'F7'),
    { id: 'F7', name: 'create_jwt_token' },
  )
})

test('two rows with the same id are refused', () => {
  assert.throws(() => parseRows('| F1 a | b | c |\n| F1 d | e | f |\n'), /two rows bear the id F1/)
})

test('a passing test proves every row whose id its title bears', () => {
  const [f1, f13] = proofs(ROWS, [result('[F1] [F13] a wrong token is refused', 'passed')])
  assert.equal(f1?.proved, true)
  assert.equal(f13?.proved, true)
  assert.deepEqual(f1?.tests, ['tests/a.test.ts: [F1] [F13] a wrong token is refused'])
})

test('an id is no part of a longer one', () => {
  assert.equal(proofs(ROWS, [result('[F13] the realm is named', 'passed')])[0]?.proved, false)
})

for (const status of ['failed', 'skipped', 'todo'] as const) {
  test(`a test that is ${status} proves nothing`, () => {
    const [row] = proofs(ROWS, [result('[F1] a token', status)])
    assert.deepEqual([row?.proved, row?.tests], [false, []])
  })
}

test('a row is not proved while another test that bears its id fails', () => {
  const [row] = proofs(ROWS, [result('[F1] a good token', 'passed'), result('[F1] a bad token', 'failed')])
  assert.deepEqual([row?.proved, row?.failed], [false, ['tests/a.test.ts: [F1] a bad token']])
})

test('an id that no row bears is named', () => {
  assert.deepEqual(strayIds(ROWS, [result('[F1] [F99] a token', 'passed')]), ['F99'])
})
