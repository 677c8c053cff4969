import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's folder: every script works from there. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Where Node keeps what it has compiled, so that a process which starts needn't compile it again. */
export const COMPILED = join(ROOT, 'node_modules', '.cache', 'compiled')

/** The variable that tells tests where the built command is, to be run in place of the sources: it starts in half the time. */
export const BUILT_COMMAND = 'SALLYPORT_BUILT_COMMAND'

/** Runs a command in the project's folder with our own input and output. Gives its exit status; 1 when a signal ended it. */
export function run(command: string, args: readonly string[]): Promise<number> {
  const env = { ...process.env, NODE_COMPILE_CACHE: COMPILED }
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, env, stdio: 'inherit' })
    child.on('error', reject)
    child.on('exit', code => resolve(code ?? 1))
  })
}

/** The same for a JavaScript or TypeScript file, under the Node that runs us. */
export function runNode(args: readonly string[]): Promise<number> {
  return run(process.execPath, args)
}
