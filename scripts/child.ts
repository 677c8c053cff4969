import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The project's folder: every script works from there. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Runs a command in the project's folder with our own input and output. Gives its exit status; 1 when a signal ended it. */
export function run(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit' })
    child.on('error', reject)
    child.on('exit', code => resolve(code ?? 1))
  })
}

/** The same for a JavaScript or TypeScript file, under the Node that runs us. */
export function runNode(args: readonly string[]): Promise<number> {
  return run(process.execPath, args)
}
