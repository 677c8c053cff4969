import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { groupsOf, writeGroups } from '../../scripts/test/groups.ts'
import { folderWith } from '../harness/command.ts'

const reporter = fileURLToPath(new URL('../../scripts/report/tests.ts', import.meta.url))

const first = `
import { after, test } from 'node:test'
import { writeFileSync } from 'node:fs'
after(() => writeFileSync(new URL('first-is-over', import.meta.url), ''))
test('one', () => {})
test('fails', () => { throw new Error('no') })
`
const second = `
import { existsSync } from 'node:fs'
import { describe, test } from 'node:test'
const isOver = existsSync(new URL('first-is-over', import.meta.url))
test(isOver ? 'the hooks of the file before have run' : 'too early', () => {})
describe('some', () => test('two', t => t.skip('SALLYPORT_CORPORA is not set')))
`
const broken = `import { test } from 'node:test'\ntest('never counted', () => {})\nthrow new Error('this file is broken')\n`
const last = `import { test } from 'node:test'\ntest('what comes after a broken file runs', () => {})\n`

interface Reported {
  readonly status: number
  /** File, title and what became of it. */
  readonly tests: readonly (readonly string[])[]
}

/** Runs these files in one process, as a run of all tests does. */
async function runTogether(t: TestContext, files: Readonly<Record<string, string>>): Promise<Reported> {
  const folder = await folderWith(t)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const paths = Object.keys(files).map(name => join(folder, name))
  const [group = ''] = writeGroups([paths], join(folder, 'groups'))
  const { NODE_TEST_CONTEXT: _, ...env } = process.env // else that process would report to ours
  return new Promise(resolve => {
    execFile(process.execPath, ['--test', `--test-reporter=${reporter}`, group], { env }, (error, stdout) => {
      const results = stdout.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line)]))
      const tests = results.map(({ file, name, status }) => [basename(file), name, status])
      resolve({ status: Number(error?.code ?? 0), tests })
    })
  })
}

test('files that share a process are told apart in the report, and each has ended before the next begins', async t => {
  const { status, tests } = await runTogether(t, { 'first.mjs': first, 'second.mjs': second })
  assert.equal(status, 1)
  assert.deepEqual(tests, [
    ['first.mjs', 'one', 'passed'],
    ['first.mjs', 'fails', 'failed'],
    ['second.mjs', 'the hooks of the file before have run', 'passed'],
    ['second.mjs', 'two', 'skipped'],
  ])
})

test('a file that cannot be loaded fails the run, and those after it are run', async t => {
  const { status, tests } = await runTogether(t, { 'broken.mjs': broken, 'last.mjs': last })
  assert.equal(status, 1)
  assert.deepEqual(tests.at(-1), ['last.mjs', 'what comes after a broken file runs', 'passed'])
  assert.equal((await runTogether(t, { 'last.mjs': last })).status, 0)
})

test('every file is in one group, in order', () => {
  for (const count of [0, 1, 16, 17, 100]) {
    const files = Array.from({ length: count }, (_, i) => `${i}.test.ts`)
    assert.deepEqual(groupsOf(files).flat(), files)
  }
})
