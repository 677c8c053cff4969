import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from '../../scripts/child.ts'

export const execute = promisify(execFile)

/** The Node that runs us comes first, as in `npm test`: commands' first line is `#!/usr/bin/env node`. */
export const env = { ...process.env, PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) }

/** Packs what was built in a folder into another, and gives the archive's path. */
export async function packed(built: string, into: string): Promise<string> {
  const { stdout } = await execute('npm', ['pack', '--silent', '--pack-destination', into, built], { cwd: into, env })
  return join(into, stdout.trim())
}

/** Installs packages into a folder as users do; without names what its package.json asks for. Says how many came. */
export async function installed(folder: string, ...packages: readonly string[]): Promise<string> {
  const args = ['install', '--prefer-offline', '--no-audit', '--no-fund', ...packages]
  const { stdout } = await execute('npm', args, { cwd: folder, env })
  return stdout
}

/** A package as the checkout's lock file has it: `name@version`. */
export function lockedPackage(name: string): string {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))
  return `${name}@${packages[`node_modules/${name}`].version}`
}
