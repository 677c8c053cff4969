import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { blocksOf, pageAt } from '../house/markdown.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))

/** Runs a program beside node_modules, so that imports are found, and gives what it says. */
export async function saidBy(t: TestContext, program: string): Promise<string> {
  const folder = await mkdtemp(join(root, '.made-program-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, 'program.ts')
  await writeFile(file, program)
  const { stdout } = await run(process.execPath, [file], { cwd: folder })
  return stdout
}

/** The programs of a page, in their order. */
const programsOf = (path: string): readonly string[] =>
  blocksOf(pageAt(path)).flatMap(({ language, text }) => (language === 'ts' ? [text] : []))

/** Tests that each program of a page runs and says what is expected, in their order. */
export function testPrograms(path: string, said: readonly string[]): void {
  const programs = programsOf(path)
  test(`${path} has a program for everything that is expected of one`, () => {
    assert.equal(programs.length, said.length)
  })
  for (const [i, program] of programs.entries()) {
    test(`program ${i + 1} of ${path} runs and says what it should`, async t => {
      assert.equal(await saidBy(t, program), said[i])
    })
  }
}
