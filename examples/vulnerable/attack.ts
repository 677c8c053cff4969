// npm run attack: sqlmap and wapiti against an API that makes every mistake, behind the gateway with threats on and off.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { installLine, installNeeds } from '../../scripts/debian.ts'
import { secret, vulnerableApi } from './api.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-attack-'))

/** What a program prints; attackers end with any status. */
const printed = (command: string, args: readonly string[]) =>
  new Promise<string>(resolve =>
    execFile(command, args, { maxBuffer: 2 ** 26, timeout: 900_000 }, (_, out, err) => resolve(out + err)),
  )

const command = join(import.meta.dirname, '..', '..', 'packages', 'sallyport', 'bin', 'sallyport.js')

/** A gateway before the API, for as long as this process lives. */
async function gatewayBefore(to: string, mode: 'on' | 'off'): Promise<{ url: string; close(): void }> {
  const inspect = mode === 'on' ? { inspect: { threats: 'block' } } : {}
  const api = { path: '/', identify: 'anonymous', authorize: 'anyone', forward: { to }, ...inspect }
  const gateway = { http: 0, management: 0, log: 'off' }
  const file = join(folder, `${mode}.yaml`)
  writeFileSync(file, JSON.stringify({ sallyport: 1, gateway, apis: { shop: api } }))
  const args = [command, 'up', '-c', file, '--data', join(folder, mode), '--json']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [ready] = await once(createInterface(child.stdout), 'line')
  return { url: JSON.parse(ready).http, close: () => child.kill() }
}

/** Whether sqlmap found a way in, and came by what must not leave. */
async function sqlmap(url: string, path: string): Promise<string> {
  const output = mkdtempSync(join(folder, 'sqlmap-'))
  const what = ['-u', `${url}${path}`, '--batch', '--flush-session', '--output-dir', output, '--disable-coloring']
  const out = await printed('sqlmap', [...what, '--dbms', 'sqlite', '--technique', 'BEU', '-T', 'users', '--dump'])
  if (out.includes(secret)) return 'password read'
  return out.includes('injection point(s)') ? 'injected' : 'nothing'
}

/** How many holes wapiti found, by their kinds. */
async function wapiti(url: string): Promise<string> {
  const report = join(mkdtempSync(join(folder, 'wapiti-')), 'report.json')
  const modules = 'sql,xss,exec,file'
  await printed('wapiti', ['-u', `${url}/`, '-m', modules, '--flush-session', '-f', 'json', '-o', report, '--color'])
  if (!existsSync(report)) return 'no report'
  const { vulnerabilities }: { vulnerabilities: Record<string, unknown[]> } = JSON.parse(readFileSync(report, 'utf8'))
  const kinds = Object.entries(vulnerabilities).filter(([, found]) => found.length > 0)
  return kinds.length === 0 ? 'nothing' : kinds.map(([kind, found]) => `${kind}: ${found.length}`).join(', ')
}

const attacks: readonly (readonly [what: string, run: (url: string) => Promise<string>])[] = [
  ['sqlmap on a number', url => sqlmap(url, '/items?id=1')],
  ['sqlmap on a text', url => sqlmap(url, '/search?name=lamp')],
  ['wapiti on all pages', wapiti],
]

async function main(): Promise<boolean> {
  const backend = vulnerableApi().listen(0, '127.0.0.1')
  await once(backend, 'listening')
  const address = backend.address()
  if (address === null || typeof address === 'string') throw new Error('the API has no port')
  const to = `http://127.0.0.1:${address.port}`
  const [on, off] = [await gatewayBefore(to, 'on'), await gatewayBefore(to, 'off')]
  let held = true
  console.log(`${'attack'.padEnd(24)}${'threats on'.padEnd(24)}threats off`)
  for (const [what, run] of attacks) {
    const [guarded, open] = [await run(on.url), await run(off.url)]
    held &&= guarded === 'nothing' && open !== 'nothing' && open !== 'no report'
    console.log(`${what.padEnd(24)}${guarded.padEnd(24)}${open}`)
  }
  on.close()
  off.close()
  backend.close()
  return held
}

try {
  const missing = await installNeeds([
    { command: 'sqlmap', package: 'sqlmap', why: 'injections into a database' },
    { command: 'wapiti', package: 'wapiti', why: 'attacks on every page' },
  ])
  if (missing.length > 0)
    console.error(`needs ${missing.map(({ command }) => command).join(', ')}: ${installLine(missing)}`)
  process.exitCode = missing.length === 0 && (await main()) ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
