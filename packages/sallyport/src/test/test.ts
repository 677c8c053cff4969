import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { command, configOption, dataFolder, dataOption, Failure, type Ports, readConfiguration } from '@sallyport/cli'
import { formatMistake } from '@sallyport/config'
import type { Tested } from './run-tests.ts'
import { testFilesIn } from './test-files.ts'
import { toldText } from './told-text.ts'

/** The configuration that `-c` names, else sallyport.yaml of this folder, where there is one. */
function configurationIn(named: readonly string[] | undefined, cwd: string): readonly string[] {
  if (named !== undefined && named.length > 0) return named.map(file => resolve(cwd, file))
  const file = join(cwd, 'sallyport.yaml')
  return existsSync(file) ? [file] : []
}

/** Throws Failure with every mistake, as check tells them. */
async function requireGood(files: readonly string[], data: string | undefined, ports: Ports): Promise<void> {
  if (files.length === 0) return
  const { result } = await readConfiguration(files, dataFolder(data, ports).path, ports)
  if ('mistakes' in result)
    throw new Failure(`the configuration cannot be used:\n${result.mistakes.map(formatMistake).join('\n')}`, {
      mistakes: result.mistakes,
    })
}

function filesFor(named: readonly string[], configuration: readonly string[], cwd: string): readonly string[] {
  const missing = named.map(file => resolve(cwd, file)).find(file => !existsSync(file))
  if (missing !== undefined) throw new Failure(`there is no ${missing}`)
  if (named.length > 0) return named.map(file => resolve(cwd, file))
  const folders = configuration.length === 0 ? [cwd] : configuration.map(file => dirname(file))
  const found = testFilesIn(folders)
  if (found.length > 0) return found
  throw new Failure(`there are no tests in ${folders.join(', ')}: their names end in .test.ts or .test.js`)
}

/** What keeps tests from being strict. */
function laxIn({ told }: Tested, configuration: readonly string[]): string | undefined {
  if (told.tried.length === 0) return 'no test made a call: see docs/testing.md'
  if (configuration.length > 0 && !told.tried.includes(configuration.join(' ')))
    return `no test tried the gateway of ${configuration.join(', ')}`
  if (told.rules.some(({ hit, noticed }) => !hit || !noticed)) return 'some rules are not tested'
  return undefined
}

function jsonOf({ passed, failed, told }: Tested, lax: string | undefined): string {
  const { rules, calls, unrepeatable, mutants, ms } = told
  const shown = rules.map(({ rule, of, hit, noticed }) => ({ rule, of, hit, noticed }))
  const strict = { strict: lax === undefined, ...(lax !== undefined && { lax }) }
  return `${JSON.stringify({ passed, failed, ...strict, calls, unrepeatable, mutants, ms: Math.round(ms), rules: shown })}\n`
}

/** Runs tests of policies and gateways, and tells which rules they tested. */
export const test = command({
  name: 'test',
  summary: 'run tests of policies and gateways, and tell which rules none of them tests',
  usage: '[FILE...] [-c FILE]... [--strict]',
  takesWords: true,
  details:
    'Without FILEs those beside the configuration that end in .test.ts or .test.js. After the tests each rule is taken away in\nturn and their calls are made again: what no test notices is not tested.',
  options: {
    ...configOption,
    strict: { type: 'boolean', help: 'fail where a rule never decided anything, or no test notices that it is gone' },
    ...dataOption,
  },
  examples: [
    ['test', 'the tests beside ./sallyport.yaml'],
    ['test --strict', 'the same, for a pipeline: every rule must be tested'],
    ['test policies.test.ts -c base.yaml -c prod.yaml', 'one file, for two configuration files as one'],
    ['test --json', 'the same for programs'],
  ],
  async run({ values, positionals, ports }) {
    const configuration = configurationIn(values.config, ports.cwd)
    await requireGood(configuration, values.data, ports)
    const files = filesFor(positionals, configuration, ports.cwd)
    const { runTests } = await import('./run-tests.ts') // no other command needs node:test
    const isJson = values.json === true
    const tested = await runTests(files, text => (isJson ? undefined : ports.stdout.write(text)))
    const lax = laxIn(tested, configuration)
    if (isJson) ports.stdout.write(jsonOf(tested, lax))
    else if (tested.failed.length > 0) ports.stdout.write('which rules are tested is told once all tests pass\n')
    else if (tested.told.tried.length > 0) ports.stdout.write(toldText(tested.told))
    if (tested.failed.length > 0) return 1
    if (values.strict !== true || lax === undefined) return 0
    if (!isJson) ports.stderr.write(`sallyport: --strict: ${lax}\n`)
    return 1
  },
})
