import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installLine, installNeeds, type Need } from '../scripts/debian.ts'

/** What every measurement takes: the backend is HAProxy too. */
export const needs: readonly Need[] = [
  { command: 'taskset', package: 'util-linux', why: 'a core for each server' },
  { command: 'wrk', package: 'wrk', why: 'load' },
  { command: 'haproxy', package: 'haproxy', why: 'the backend, and a peer' },
]

/** What the peers of `threats` are. */
export const threatsNeeds: readonly Need[] = [
  { command: '/usr/sbin/nginx', package: 'nginx', why: "the peers' server" },
  {
    command: '/usr/lib/nginx/modules/ngx_http_modsecurity_module.so',
    package: 'libnginx-mod-http-modsecurity',
    why: 'ModSecurity',
  },
  { command: '/usr/share/modsecurity-crs/rules', package: 'modsecurity-crs', why: 'the Core Rule Set' },
]

/** Installs what is needed where that is allowed. Says what is lacking still; undefined where nothing is. */
export async function lacking(wanted: readonly Need[]): Promise<string | undefined> {
  const missing = await installNeeds(wanted)
  if (missing.length === 0) return undefined
  return `needs ${missing.map(({ command }) => command).join(', ')}: ${installLine(missing)}`
}

const folder = fileURLToPath(new URL('.', import.meta.url))

/** Installs the peers that are npm packages, what npm prints shown on standard error. False where that fails. */
export function installPackages(): boolean {
  if (existsSync(join(folder, 'node_modules', '.package-lock.json'))) return true
  const npm = process.env.npm_execpath
  const [command, args] = npm === undefined ? ['npm', ['ci']] : [process.execPath, [npm, 'ci']]
  try {
    execFileSync(command, args, { cwd: folder, stdio: ['ignore', 2, 2] })
    return true
  } catch {
    return false
  }
}
