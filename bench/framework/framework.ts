import { join } from 'node:path'
import type { Run } from '../bench.ts'
import type { Figures } from '../figures.ts'
import type { Requests } from '../load.ts'
import { measure, medianDifference, type Series } from '../measure.ts'
import { type Goal, processorOf, type Result } from '../report.ts'
import type { Server } from '../servers/server.ts'
import { fewCycles, requestsTo } from '../tokens.ts'
import { knownTokens, newTokens, type Signed } from './requests.ts'
import { checkThatTheyJudge } from './self-check.ts'
import { type Name, paths, startFramework } from './server.ts'

const warmUp = 6
const guarding: readonly Name[] = ['sallyport', 'fastify', 'fastify-cached', 'nest', 'nest-fastify']
const recorded: readonly Name[] = ['sallyport-recorded']
const open: readonly Name[] = ['hono']

const guardedGoals: readonly Goal[] = [
  { peer: 'nest', metric: 'throughput', atLeast: 2 },
  { peer: 'fastify', metric: 'throughput', atLeast: 1 },
]
const openGoals: readonly Goal[] = [{ peer: 'hono', metric: 'processor', atMost: 1.15 }]

interface Case {
  readonly name: string
  readonly title: string
  readonly servers: readonly Name[]
  readonly requests: (run: Run) => Promise<Requests>
  readonly cycles?: typeof fewCycles
  readonly goals: readonly Goal[]
}

const guardedCases = (signed: Signed): readonly Case[] => {
  const title = `JSON in and out, a JWT (${signed.toUpperCase()}), scope, schemas, limit`
  return [
    {
      ...{ name: `${signed}/known`, title: `${title}: 100 tokens again and again` },
      servers: signed === 'hs256' ? [...guarding, ...recorded] : guarding,
      requests: ({ say }) => knownTokens(signed, say),
      goals: guardedGoals,
    },
    {
      ...{ name: `${signed}/new`, title: `${title}: no token seen twice` },
      servers: guarding,
      requests: ({ say }) => newTokens(signed, say),
      cycles: fewCycles,
      goals: guardedGoals,
    },
  ]
}

const cases: readonly Case[] = [
  ...guardedCases('hs256'),
  ...guardedCases('rs256'),
  {
    ...{ name: 'plain', title: 'A route without guards' },
    servers: ['sallyport', ...open, 'fastify', 'nest', ...recorded],
    requests: async ({ site }) => requestsTo(join(site.folder, 'plain'), [paths.plain]),
    goals: openGoals,
  },
]

/** What the record costs, where a server that keeps one was beside one that doesn't. */
function recordCost({ name, title }: Case, series: readonly Series[]): Figures['figures'] {
  const of = (server: Name) => series.find(each => each.server.name === server)
  const [without, withRecord] = [of('sallyport'), of('sallyport-recorded')]
  if (without === undefined || withRecord === undefined) return []
  const value = medianDifference(withRecord, without, processorOf) ?? Number.NaN
  return [{ name: `framework/record/${name}`, title, value, unit: 'µs/call', atMost: undefined }]
}

/** The framework side by side with those that would be taken in its place. */
export async function benchFramework(run: Run): Promise<readonly (Result | Figures)[]> {
  const names = [...new Set([...guarding, ...open, ...recorded])]
  const servers = new Map<Name, Server>()
  for (const name of names) servers.set(name, await startFramework(run.site, name))
  const started = (wanted: readonly Name[]) => wanted.flatMap(name => servers.get(name) ?? [])
  await checkThatTheyJudge(started([...guarding, ...recorded]))
  const results: Result[] = []
  const costs: Figures['figures'][] = []
  for (const each of cases) {
    const { name, title, requests: prepare, cycles, goals } = each
    const requests = await prepare(run)
    const windows = Math.min(run.windows, cycles?.windows ?? run.windows)
    run.say(`${title}: ${each.servers.length} servers, ${windows} windows of 1 s each`)
    const plan = { route: 'guarded', windows, warmUp: cycles?.warmUp ?? warmUp, core: run.loadCore } as const
    const series = await measure({ ...plan, servers: started(each.servers), requestsFor: () => requests })
    results.push({ name: `framework/${name}`, title, ours: 'sallyport', series, goals })
    costs.push(recordCost(each, series))
  }
  return [
    ...results,
    { title: 'What the record costs: processor of a call with it less one without', figures: costs.flat() },
  ]
}
