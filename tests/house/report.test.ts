import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const SUITE = `
import { describe, test } from 'node:test'
test('passes', t => t.diagnostic('of 3 cases all hold'))
test('fails', () => { throw new Error('no') })
test('left out', t => t.skip('SALLYPORT_CORPORA is not set'))
test('for later', { todo: true }, () => {})
describe('a suite', () => { test('in a suite', () => {}) })
test('holds one that passes', async t => {
  await t.test('inner', () => {})
  await t.test('inner left out', t => t.skip('no reason'))
})
test('holds only skipped ones', async t => { await t.test('inner left out', t => t.skip('too cold')) })
`

/** Runs the suite in a process of its own under one of our reporters; gives what the reporter wrote. */
function report(t: TestContext, reporter: string, environment: NodeJS.ProcessEnv = {}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-report-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'suite.test.mjs')
  writeFileSync(file, SUITE)
  const path = fileURLToPath(new URL(`../../scripts/report/${reporter}.ts`, import.meta.url))
  const { NODE_TEST_CONTEXT: _, ...env } = process.env // else that process would report to ours
  return new Promise(resolve => {
    const options = { env: { ...env, ...environment } }
    execFile(process.execPath, ['--test', `--test-reporter=${path}`, file], options, (_error, stdout) =>
      resolve(stdout),
    )
  })
}

test('the report has a line for every test, none for suites, and says what became of it', async t => {
  const lines = (await report(t, 'tests')).trim().split('\n')
  const results = lines.map(line => JSON.parse(line))
  assert.ok(results.every(({ file }) => basename(file) === 'suite.test.mjs'))
  assert.deepEqual(
    results.map(({ name, status, reason }) => [name, status, ...(reason === undefined ? [] : [reason])]),
    [
      ['passes', 'passed'],
      ['fails', 'failed'],
      ['left out', 'skipped', 'SALLYPORT_CORPORA is not set'],
      ['for later', 'todo'],
      ['in a suite', 'passed'],
      ['inner', 'passed'],
      ['inner left out', 'skipped', 'no reason'],
      ['holds one that passes', 'passed'],
      ['inner left out', 'skipped', 'too cold'],
      ['holds only skipped ones', 'skipped', 'too cold'],
    ],
  )
})

const COUNT = [
  ...['ℹ tests 10', 'ℹ suites 1', 'ℹ pass 5', 'ℹ fail 1', 'ℹ cancelled 0', 'ℹ skipped 3', 'ℹ todo 1'],
  'ℹ duration_ms',
]

test("what people read closes with the runner's own count, behind the failures", async t => {
  const lines = (await report(t, 'terminal')).trimEnd().split('\n')
  assert.deepEqual(
    lines.slice(-8).map(line => line.replace(/(duration_ms) .*/, '$1')),
    COUNT,
  )
  assert.ok(lines.indexOf('✖ failing tests:') > 0)
  assert.equal(lines.filter(line => line.startsWith('ℹ tests')).length, 1)
})

test('with CI=true the skips that it does not allow are named', async t => {
  const named = (await report(t, 'terminal', { CI: 'true' })).split('\n').filter(line => line.includes("doesn't allow"))
  assert.deepEqual(
    named.map(line => line.replace(/.*: /, '')),
    ['inner left out (no reason)', 'inner left out (too cold)'],
  )
  assert.doesNotMatch(await report(t, 'terminal', { CI: '' }), /doesn't allow/)
})
