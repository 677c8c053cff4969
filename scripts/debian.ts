import { existsSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { powerDnsNeeds } from '../examples/dns/powerdns.ts'
import { run } from './child.ts'

/** A command, or a file by its path, the Debian package that brings it, and what it is for. */
export interface Need {
  readonly command: string
  readonly package: string
  readonly why: string
}

/** What tests use beyond Node and npm packages */
const NEEDS: readonly Need[] = [
  { command: 'openssl', package: 'openssl', why: 'certificates and keys made by others' },
  { command: 'xmlsec1', package: 'xmlsec1', why: 'XML Signatures made and checked by others' },
  { command: 'git', package: 'git', why: 'clones and pushes through the gateway' },
  { command: '/usr/bin/chromium-headless-shell', package: 'chromium-headless-shell', why: 'pages in a real browser' },
  ...powerDnsNeeds,
  { command: '/usr/sbin/nginx', package: 'nginx', why: 'calls that nginx asks about' },
  { command: 'redis-server', package: 'redis-server', why: 'counters that gateways share' },
  { command: '/usr/bin/pg_lsclusters', package: 'postgresql', why: 'statements to a real PostgreSQL' },
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

const packagesOf = (needs: readonly Need[]) => needs.map(need => need.package)

/** The line that installs what is missing. */
export const installLine = (needs: readonly Need[]): string => `apt-get install ${packagesOf(needs).join(' ')}`

/** Installs with apt-get what isn't there, where that is allowed. Gives what is missing still. */
export async function installNeeds(needs: readonly Need[]): Promise<readonly Need[]> {
  const isMissing = (need: Need) => !isOnPath(need.command)
  const missing = needs.filter(isMissing)
  const before = missing.length === 0 ? undefined : await right()
  if (before === undefined) return missing
  console.error(`${[...before, installLine(missing)].join(' ')} ...`)
  // RUNLEVEL: a server that is installed isn't to be started by it.
  const apt = [...before, 'env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1', 'apt-get', '-qq']
  await run('env', [...apt, 'update'])
  await run('env', [...apt, 'install', '-y', '--no-install-recommends', ...packagesOf(missing)])
  return missing.filter(isMissing)
}

/** Installs what tests need from Debian; says loudly what it had to leave out. */
export async function installDebianNeeds(): Promise<void> {
  const missing = await installNeeds(NEEDS)
  for (const { command, why } of missing)
    console.log(`!!! SKIPPED: tests that need ${command} (${why}). Install it: ${installLine(missing)}`)
}
