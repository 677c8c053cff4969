import { existsSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { run } from './child.ts'

type Need = { command: string; package: string; why: string }

/** What tests use beyond Node and npm packages: a command, or a file by its path, and the Debian package that brings it. */
const NEEDS: readonly Need[] = [
  { command: 'openssl', package: 'openssl', why: 'certificates and keys made by others' },
  { command: 'git', package: 'git', why: 'clones and pushes through the gateway' },
  { command: '/usr/bin/chromium-headless-shell', package: 'chromium-headless-shell', why: 'pages in a real browser' },
  { command: '/usr/sbin/pdns_server', package: 'pdns-server', why: 'a real API to own things in' },
  {
    command: '/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql',
    package: 'pdns-backend-sqlite3',
    why: "PowerDNS's database",
  },
]

function isOnPath(command: string): boolean {
  if (isAbsolute(command)) return existsSync(command)
  return (process.env.PATH ?? '').split(delimiter).some(folder => existsSync(join(folder, command)))
}

/** The words before `apt-get` that let us use it: none as root, sudo where it asks no password; undefined where we may not. */
async function right(): Promise<readonly string[] | undefined> {
  if (!isOnPath('apt-get')) return undefined
  if (process.getuid?.() === 0) return []
  const passwordless = isOnPath('sudo') && (await run('sudo', ['-n', 'true'])) === 0
  return passwordless ? ['sudo', '-n'] : undefined
}

/** Installs with apt-get what tests need from Debian, where that is allowed; says loudly what it had to leave out. */
export async function installDebianNeeds(): Promise<void> {
  const missing = NEEDS.filter(need => !isOnPath(need.command))
  const names = missing.map(need => need.package)
  if (names.length === 0) return
  const before = await right()
  if (before) {
    // RUNLEVEL: a server that is installed for tests isn't to be started by it.
    const apt = [...before, 'env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1', 'apt-get', '-qq']
    await run('env', [...apt, 'update'])
    await run('env', [...apt, 'install', '-y', '--no-install-recommends', ...names])
  }
  for (const { command, why } of missing.filter(need => !isOnPath(need.command))) {
    console.log(`!!! SKIPPED: tests that need ${command} (${why}). Install it: apt-get install ${names.join(' ')}`)
  }
}
