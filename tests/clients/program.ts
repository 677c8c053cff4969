import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { COMPILED } from '../../scripts/child.ts'
import { Heard } from '../harness/heard.ts'
import type { Lifetime } from '../harness/lifetime.ts'

/** One of the programs beside us, while it runs. */
export interface Program {
  readonly out: Heard
  /** Its exit status, once it has ended and said all; null where a signal ended it. */
  readonly ended: Promise<number | null>
}

/** Starts a file of the folder `programs` with these arguments. `env` is its environment, but for where Node keeps what it has compiled. */
export function startProgram(
  t: Lifetime,
  name: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Program {
  const file = fileURLToPath(new URL(`programs/${name}`, import.meta.url))
  const child = spawn(process.execPath, [file, ...args], {
    env: { NODE_COMPILE_CACHE: COMPILED, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close').then(([status]) => status)
  t.after(() => {
    child.kill('SIGKILL')
    return ended
  })
  return { out: new Heard(child.stdout), ended }
}
