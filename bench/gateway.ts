import { join } from 'node:path'
import type { Run } from './bench.ts'
import type { Requests } from './load.ts'
import { measure } from './measure.ts'
import type { Goal, Result } from './report.ts'
import { checkThatTheyGuard } from './self-check.ts'
import { startFastify } from './servers/fastify.ts'
import { startHaproxy } from './servers/haproxy.ts'
import { startSallyport } from './servers/sallyport.ts'
import { guardedPath, plainPath, type Route, type Server, type Site } from './servers/server.ts'
import { fewCycles, newTokens, requestsTo, requestsWithTokens, someToken } from './tokens.ts'

const contestants: readonly { readonly name: string; readonly start: (site: Site) => Promise<Server> }[] = [
  { name: 'sallyport', start: site => startSallyport(site, 'sallyport', []) },
  { name: 'haproxy', start: startHaproxy },
  { name: 'fastify', start: site => startFastify(site, 'fastify', 0) },
  { name: 'fastify-cached', start: site => startFastify(site, 'fastify-cached', 20_000) },
]

interface Case {
  readonly name: string
  readonly title: string
  readonly route: Route
  readonly requests: (run: Run) => Promise<Requests>
  /** Windows that count, at most, and windows before them, where not as many as usual. */
  readonly cycles?: { readonly windows: number; readonly warmUp: number }
  readonly goals: readonly Goal[]
}

const goals: readonly Goal[] = [
  { peer: 'haproxy', metric: 'throughput', atLeast: 1.1 },
  { peer: 'fastify', metric: 'throughput', atLeast: 3 },
]
const warmUp = 10

const cases: readonly Case[] = [
  {
    name: 'one-token',
    title: 'The guarded route, one token',
    route: 'guarded',
    requests: async run => requestsTo(join(run.site.folder, 'one'), [guardedPath], await someToken()),
    goals,
  },
  {
    name: 'many-tokens',
    title: 'The guarded route, 10,000 tokens in turn',
    route: 'guarded',
    requests: run => requestsWithTokens(10_000, run.say),
    goals,
  },
  {
    name: 'new-tokens',
    title: 'The guarded route, no token seen twice',
    route: 'guarded',
    requests: run => newTokens(run.say),
    cycles: fewCycles,
    goals: [],
  },
  {
    name: 'plain',
    title: 'For reference: the same call without checks',
    route: 'plain',
    requests: async run => requestsTo(join(run.site.folder, 'plain'), [plainPath]),
    goals: [],
  },
]

async function startAll({ site, say }: Run): Promise<readonly Server[]> {
  const up: Server[] = []
  for (const { name, start } of contestants) {
    try {
      up.push(await start(site))
    } catch (error) {
      say(`${name} is left out: ${error instanceof Error ? error.message.trim() : error}`)
    }
  }
  return up
}

/** The guarded route side by side with what others would put there. */
export async function benchGateway(run: Run): Promise<readonly Result[]> {
  const servers = await startAll(run)
  await checkThatTheyGuard(servers)
  const results: Result[] = []
  for (const { name, title, route, requests: prepare, cycles, goals } of cases) {
    const requests = await prepare(run)
    const windows = Math.min(run.windows, cycles?.windows ?? run.windows)
    run.say(`${title}: ${servers.length} servers, ${windows} windows of 1 s each`)
    const plan = { servers, route, windows, warmUp: cycles?.warmUp ?? warmUp, core: run.loadCore }
    results.push({
      name: `gateway/${name}`,
      title,
      ours: 'sallyport',
      series: await measure({ ...plan, requestsFor: () => requests }),
      goals,
    })
  }
  return results
}
