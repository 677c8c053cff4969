// npm test [-- PART-OF-A-PATH]...
// Everything that must hold: first CHECKS in their order, of which one that fails ends the run, then all tests.
// With parts of paths: only the test files whose path contains one of them, and nothing else.
import { globSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { buildCommand } from './build/command.ts'
import { BUILT_COMMAND, ROOT, runNode } from './child.ts'
import { installDebianNeeds } from './debian.ts'
import { BUILT, GROUPS, REPORTS, readResults } from './report/result.ts'
import { forbiddenSkips } from './report/skips.ts'
import { groupsOf, writeGroups } from './test/groups.ts'

type Check = { name: string; passes: () => Promise<boolean> }

const TEST_FILES = '{packages,examples,tests,scripts}/**/*.test.ts'

const CHECKS: readonly Check[] = [
  { name: 'types', passes: () => tool('typescript/bin/tsc', '--noEmit') },
  { name: 'biome', passes: () => tool('@biomejs/biome/bin/biome', 'check', '.') },
  { name: 'layers', passes: async () => (await runNode([join(ROOT, 'scripts/layers.ts')])) === 0 },
  { name: 'unused', passes: () => tool('knip/bin/knip.js') },
  { name: 'build', passes: buildForTests },
  { name: 'debian', passes: () => installDebianNeeds().then(() => true) },
]

/** What tests of the command run is what would be published. */
async function buildForTests(): Promise<boolean> {
  const folder = join(ROOT, BUILT)
  rmSync(folder, { recursive: true, force: true })
  await buildCommand(folder)
  process.env[BUILT_COMMAND] = join(folder, 'bin/sallyport.js')
  return true
}

async function tool(file: string, ...args: string[]): Promise<boolean> {
  return (await runNode([join(ROOT, 'node_modules', file), ...args])) === 0
}

function testFiles(): string[] {
  const exclude = (path: string) => path.split(sep).includes('node_modules')
  return globSync(TEST_FILES, { cwd: ROOT, exclude }).sort()
}

async function testsPass(files: readonly string[], report: string): Promise<boolean> {
  if (files.length === 0) {
    console.error('no test file has such a path')
    return false
  }
  console.log('== tests')
  mkdirSync(join(ROOT, dirname(report)), { recursive: true })
  const status = await runNode([
    '--test',
    '--test-concurrency=2',
    '--test-timeout=1200000', // of a whole group; what hangs in a file is ended much sooner, and named
    ...reporter('./scripts/report/terminal.ts', 'stdout'),
    ...reporter('./scripts/report/tests.ts', REPORTS.unfinished),
    ...writeGroups(groupsOf(files), GROUPS),
  ])
  renameSync(join(ROOT, REPORTS.unfinished), join(ROOT, report))
  const forbidden = process.env.CI === 'true' ? forbiddenSkips(readResults(report) ?? []) : []
  return status === 0 && forbidden.length === 0
}

function reporter(name: string, destination: string): string[] {
  return [`--test-reporter=${name}`, `--test-reporter-destination=${destination}`]
}

async function checksPass(): Promise<boolean> {
  for (const { name, passes } of CHECKS) {
    console.log(`== ${name}`)
    const start = performance.now()
    const passed = await passes()
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    console.log(`== ${name} ${passed ? 'passed' : 'FAILED, and nothing after it was run,'} in ${seconds} s`)
    if (!passed) return false
  }
  return true
}

const parts = process.argv.slice(2).map(part => part.replace(/^\.\//, ''))
const chosen = testFiles().filter(file => parts.length === 0 || parts.some(part => file.includes(part)))
const passed =
  parts.length > 0
    ? await testsPass(chosen, REPORTS.part)
    : (await checksPass()) && (await testsPass(chosen, REPORTS.whole))
process.exitCode = passed ? 0 : 1
