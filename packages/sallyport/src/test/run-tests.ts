import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { pathToFileURL } from 'node:url'
import { reportsIn, type Told } from './reports.ts'
import { reportsVariable } from './reports-variable.ts'

export interface FailedTest {
  readonly name: string
  readonly file: string | undefined
  readonly message: string
}

/** What became of tests, and what they made of rules. */
export interface Tested {
  readonly passed: number
  readonly failed: readonly FailedTest[]
  readonly told: Told
}

const recording = () => pathToFileURL(createRequire(import.meta.url).resolve('sallyport/testing/recording')).href

const messageOf = (error: Error) => (error.cause instanceof Error ? error.cause.message : error.message)

/** Runs test files by node:test, each in a process of its own. `say` is told what node:test tells people. */
export async function runTests(files: readonly string[], say: (text: string) => void): Promise<Tested> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-tests-'))
  try {
    process.env[reportsVariable] = folder
    const failed: FailedTest[] = []
    let passed = 0
    const stream = run({ files: [...files], concurrency: true, execArgv: ['--import', recording()] })
    stream.on('test:pass', ({ details, skip, todo }) => {
      if (details.type !== 'suite' && skip === undefined && todo === undefined) passed++
    })
    stream.on('test:fail', ({ name, file, details, todo }) => {
      if (details.type !== 'suite' && todo === undefined) failed.push({ name, file, message: messageOf(details.error) })
    })
    for await (const text of stream.compose(new spec())) say(String(text))
    return { passed, failed, told: await reportsIn(folder) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
