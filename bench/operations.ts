import { join } from 'node:path'
import type { Run } from './bench.ts'
import { measure } from './measure.ts'
import type { Goal, Result } from './report.ts'
import { checkThatTheyGuard } from './self-check.ts'
import { operationsOf, startSallyport } from './servers/sallyport.ts'
import { guardedPath, type Server } from './servers/server.ts'
import { requestsTo, someToken } from './tokens.ts'

const warmUp = 5
const sizes = { few: 10, many: 10_000 }
const goals: readonly Goal[] = [{ peer: 'sallyport-10', metric: 'processor', atMost: 1.2 }]

/** A call to each operation that is read with GET. */
function callsTo(operations: readonly string[]): readonly string[] {
  const reads = operations.filter(key => key.startsWith('GET '))
  return reads.map(key => `/warehouse${key.slice(4).replace('{id}', 'x-1')}`)
}

/** What many operations cost: the same gateway with 10 and with 10,000. */
export async function benchOperations({ site, loadCore, windows, say }: Run): Promise<readonly Result[]> {
  const operations = { few: operationsOf(sizes.few - 1), many: operationsOf(sizes.many - 1) }
  const few = await startSallyport(site, `sallyport-${sizes.few}`, operations.few)
  const many = await startSallyport(site, `sallyport-${sizes.many}`, operations.many)
  const servers = [many, few]
  await checkThatTheyGuard(servers)
  const bearer = await someToken()
  const file = (name: string) => join(site.folder, name)
  const same = requestsTo(file('same'), [guardedPath], bearer)
  const all = {
    few: requestsTo(file('few'), callsTo(operations.few), bearer),
    many: requestsTo(file('many'), callsTo(operations.many), bearer),
  }
  const cases = [
    { name: 'same-route', title: 'One route among 10,000 operations and among 10', requestsFor: () => same },
    {
      name: 'all-routes',
      title: 'All routes in turn, of 10,000 operations and of 10',
      requestsFor: (server: Server) => (server === many ? all.many : all.few),
    },
  ]
  const results: Result[] = []
  for (const { name, title, requestsFor } of cases) {
    say(`${title}: ${windows} windows of 1 s each`)
    const plan = { servers, route: 'guarded', windows, warmUp, core: loadCore, requestsFor } as const
    results.push({ name: `operations/${name}`, title, ours: many.name, series: await measure(plan), goals })
  }
  return results
}
