// npm run bench -- [NAME] [--windows N] [--json]
// Sallyport beside its peers, on one core each for the server under test and for the load. See docs/performance.md.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Bench } from './bench.ts'
import { benchCounters } from './counters.ts'
import { type Figures, listOf, rowsOf } from './figures.ts'
import { type Findings, findingRows, findingTable } from './findings.ts'
import { benchFramework } from './framework/framework.ts'
import { benchGateway } from './gateway.ts'
import { describeMachine, type Machine } from './machine.ts'
import { benchMagic } from './magic.ts'
import { installPackages, lacking, needs } from './needs.ts'
import { benchOperations } from './operations.ts'
import { benchPolicy } from './policy.ts'
import { type Measurement, measurements, type Result, table } from './report.ts'
import { startBackend } from './servers/backend.ts'
import { benchThreats } from './threats/threats.ts'
import { audience, issuer, publicKeyFiles } from './tokens.ts'
import { benchVerifying } from './verifying.ts'

const benches = new Map<string, readonly Bench[]>([
  ['gateway', [benchGateway]],
  ['operations', [benchOperations]],
  ['magic', [benchVerifying, benchMagic]],
  ['threats', [benchThreats]],
  ['counters', [benchCounters]],
  ['framework', [benchFramework]],
  ['policy', [benchPolicy]],
  ['all', [benchGateway, benchOperations, benchVerifying, benchMagic]],
])

const cores = { server: 0, load: 1 }
const say = (line: string) => process.stderr.write(`bench: ${line}\n`)

class Misused extends Error {}

function words() {
  const options = { json: { type: 'boolean', default: false }, windows: { type: 'string', default: '20' } } as const
  try {
    return parseArgs({ options, allowPositionals: true })
  } catch (error) {
    throw new Misused(error instanceof Error ? error.message : String(error))
  }
}

function readArguments() {
  const { values, positionals } = words()
  const [name = 'all', ...more] = positionals
  const [chosen, windows] = [benches.get(name), Number(values.windows)]
  if (chosen === undefined || more.length > 0) throw new Misused(`NAME is one of: ${[...benches.keys()].join(', ')}`)
  if (!Number.isInteger(windows) || windows < 1) throw new Misused('--windows takes a whole number from 1 on')
  return { chosen, windows, json: values.json }
}

/** Why nothing can be measured here; undefined where it can. */
async function obstacle(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'needs Linux: it reads /proc and keeps each server to one core'
  if (availableParallelism() < 2) return 'needs two cores: one for the server under test, one for the load'
  return lacking(needs)
}

function rowsFor(each: Result | Figures | Findings, machine: Machine): readonly Measurement[] {
  if ('figures' in each) return rowsOf(each, machine)
  return 'found' in each ? findingRows(each, machine) : measurements(each, machine)
}

function textFor(each: Result | Figures | Findings, machine: Machine): string {
  if ('figures' in each) return listOf(each)
  return 'found' in each ? findingTable(each) : table(each, machine)
}

async function main(): Promise<void> {
  const { chosen, windows, json } = readArguments()
  const reason = await obstacle()
  if (reason !== undefined) throw new Error(reason)
  if (!installPackages())
    say('the packages of bench/package.json could not be installed (npm ci); their servers are left out')
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'sallyport-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const backendPort = await startBackend(folder, cores.load)
  const site = { folder, core: cores.server, backendPort, issuer, audience, ...publicKeyFiles() }
  const machine = describeMachine()
  const found: (Result | Figures | Findings)[] = []
  for (const bench of chosen) found.push(...(await bench({ site, loadCore: cores.load, windows, say })))
  if (json)
    console.log(
      JSON.stringify(
        found.flatMap(each => rowsFor(each, machine)),
        null,
        2,
      ),
    )
  else for (const each of found) console.log(textFor(each, machine))
}

try {
  await main()
  process.exit(0)
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exit(error instanceof Misused ? 2 : 1)
}
