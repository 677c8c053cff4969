import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { commands, runAmong } from '@sallyport/cli'
import type { Clock } from '@sallyport/core'
import type { Ran } from './command.ts'

/** The time that a gateway in a process of its own has. */
export const present: Clock = { now: () => Date.now(), elapsed: () => performance.now() }

/** Runs a command in this process, by this clock, in a folder. */
export async function runCommand(
  argv: readonly string[],
  { cwd, clock, stdin = '' }: { readonly cwd: string; readonly clock: Clock; readonly stdin?: string | Uint8Array },
): Promise<Ran> {
  let [out, err] = ['', '']
  const status = await runAmong(commands, argv, {
    stdout: { write: text => (out += text) },
    stderr: { write: text => (err += text) },
    stdin: Readable.from([stdin]),
    ...{ env: {}, cwd, clock, random: randomBytes, version: '' },
  })
  return { status, out, err }
}
