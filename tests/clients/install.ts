import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { copyFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const folder = fileURLToPath(new URL('.', import.meta.url))
const lock = join(folder, 'package-lock.json')
const installed = join(folder, 'node_modules')
const stampIn = (packages: string) => join(packages, '.installed-from')

const lockHash = () => createHash('sha256').update(readFileSync(lock)).digest('hex')

function isInstalled(): boolean {
  const stamp = stampIn(installed)
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash()
}

/** Two test files may come here at once: each installs beside, and the first to be ready moves it into place. */
async function install(): Promise<void> {
  const beside = await mkdtemp(join(folder, '.installing-'))
  try {
    for (const name of ['package.json', 'package-lock.json']) await copyFile(join(folder, name), join(beside, name))
    const npm = process.env.npm_execpath
    const [command, ...before] = npm === undefined ? ['npm'] : [process.execPath, npm]
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    await execute(command, [...before, ...args], { cwd: beside })
    const fresh = join(beside, 'node_modules')
    await writeFile(stampIn(fresh), lockHash())
    if (isInstalled()) return
    await rm(installed, { recursive: true, force: true })
    await rename(fresh, installed).catch(error => {
      if (!isInstalled()) throw error
    })
  } finally {
    await rm(beside, { recursive: true, force: true })
  }
}

/** Installs what the lock file beside us names, unless it is there. False where it is; else why tests that need it are skipped. */
export async function withoutClients(): Promise<string | false> {
  if (isInstalled()) return false
  try {
    await install()
    return false
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    console.log(`!!! SKIPPED: tests that need the packages of tests/clients, which could not be installed: ${said}`)
    return 'the packages of tests/clients could not be installed (npm ci)'
  }
}
