import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Commands, by the Debian package that brings them. The backend is HAProxy too, so nothing can be measured without. */
const packages = new Map([
  ['taskset', 'util-linux'],
  ['wrk', 'wrk'],
  ['haproxy', 'haproxy'],
])
const folder = fileURLToPath(new URL('.', import.meta.url))

const onPath = (command: string) =>
  (process.env.PATH ?? '').split(delimiter).some(each => existsSync(join(each, command)))

/** Runs a command, its output shown as ours on standard error. False where it fails or isn't there. */
function succeeds(command: string, args: readonly string[], cwd = folder): boolean {
  try {
    execFileSync(command, args, { cwd, stdio: ['ignore', 2, 2] })
    return true
  } catch {
    return false
  }
}

/** The words before `apt-get` that let us use it; undefined where we may not. */
function right(): readonly string[] | undefined {
  if (process.getuid?.() === 0) return []
  return onPath('sudo') && succeeds('sudo', ['-n', 'true']) ? ['sudo', '-n'] : undefined
}

/** Installs with apt-get, where that is allowed, what the load and the peers need. Gives the commands still missing. */
export function installCommands(): readonly string[] {
  const missing = [...packages.keys()].filter(command => !onPath(command))
  const before = missing.length > 0 && onPath('apt-get') ? right() : undefined
  if (before !== undefined) {
    const names = missing.map(command => packages.get(command) ?? command)
    const apt = [...before, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq']
    succeeds('env', [...apt, 'update'])
    succeeds('env', [...apt, 'install', '-y', '--no-install-recommends', ...names])
  }
  return missing.filter(command => !onPath(command))
}

/** Installs the peers that are npm packages. False where that fails. */
export function installPackages(): boolean {
  if (existsSync(join(folder, 'node_modules', '.package-lock.json'))) return true
  const npm = process.env.npm_execpath
  return npm === undefined ? succeeds('npm', ['ci']) : succeeds(process.execPath, [npm, 'ci'])
}
