import { randomBytes } from 'node:crypto'
import { commands, completionOf, runAmong } from '@sallyport/cli'
import { test } from './test/test.ts'
import { upWith } from './up.ts'
import { version } from './version.ts'

/** The first signal that asks the process to stop; a second one ends it at once. */
function stopped(): Promise<string> {
  return new Promise(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1))
        resolve(signal)
      })
    }
  })
}

const { stdin, stdout, stderr, env } = process

const all = [upWith(stopped), test, ...commands]

process.exitCode = await runAmong([...all, completionOf(all)], process.argv.slice(2), {
  ...{ stdin, stdout, stderr, env, version },
  cwd: process.cwd(),
  clock: { now: () => Date.now(), elapsed: () => performance.now() },
  random: count => randomBytes(count),
})
