import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { copyFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const here = fileURLToPath(new URL('.', import.meta.url))
const installedIn = (folder: string) => join(folder, 'node_modules')
const stampIn = (packages: string) => join(packages, '.installed-from')

const lockHash = (folder: string) =>
  createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex')

function isInstalled(folder: string): boolean {
  const stamp = stampIn(installedIn(folder))
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash(folder)
}

/** Two test files may come here at once: each installs beside, and the first to be ready moves it into place. */
async function install(folder: string): Promise<void> {
  const beside = await mkdtemp(join(folder, '.installing-'))
  try {
    for (const name of ['package.json', 'package-lock.json']) await copyFile(join(folder, name), join(beside, name))
    const npm = process.env.npm_execpath
    const [command, ...before] = npm === undefined ? ['npm'] : [process.execPath, npm]
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    await execute(command, [...before, ...args], { cwd: beside })
    const fresh = join(beside, 'node_modules')
    await writeFile(stampIn(fresh), lockHash(folder))
    if (isInstalled(folder)) return
    await rm(installedIn(folder), { recursive: true, force: true })
    await rename(fresh, installedIn(folder)).catch(error => {
      if (!isInstalled(folder)) throw error
    })
  } finally {
    await rm(beside, { recursive: true, force: true })
  }
}

/**
 * Installs what the lock file beside us names (or in another folder), unless it is there. False where it is; else why tests that need
 * it are skipped, which is said too: a run with CI=true fails by it.
 */
export async function withoutClients(
  folder = here,
  say: (line: string) => void = console.log,
): Promise<string | false> {
  if (isInstalled(folder)) return false
  try {
    await install(folder)
    return false
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    say(`!!! SKIPPED: tests that need the packages of tests/clients, which could not be installed: ${said}`)
    return 'the packages of tests/clients could not be installed (npm ci)'
  }
}
