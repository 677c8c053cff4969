import type { Counters, Take } from '@sallyport/core'
import { memoryStore, readRedisUrl, redisStore, usualRedis } from '@sallyport/store'
import { missingRedis, startRedis } from '../packages/store/src/testing/redis-server.ts'
import type { Run } from './bench.ts'
import type { Figure, Figures } from './figures.ts'
import { median } from './median.ts'

const rounds = 40
const takesInRound = 2_048

interface Work {
  readonly name: string
  readonly title: string
  readonly counters: Counters
  /** How many are under way at once. */
  readonly atOnce: number
}

/** Microseconds for one take. */
interface Spent {
  readonly processor: number
  readonly wall: number
}

/** As a route with one limit per caller takes them, of ten thousand callers. */
const takeOf = (index: number): Take[] => [
  {
    key: `warehouse GET /items burst ${index % 10_000}`,
    rule: { algorithm: 'fixedWindow', count: 1e9, windowMs: 60_000 },
    cost: 1,
  },
]

async function once({ counters, atOnce }: Work): Promise<Spent> {
  const [before, began] = [process.cpuUsage(), performance.now()]
  for (let index = 0; index < takesInRound; index += atOnce) {
    const together = Array.from({ length: atOnce }, (_, i) => counters.take(takeOf(index + i), Date.now()))
    const taken = await Promise.all(together)
    if (!taken.every(({ allowed }) => allowed)) throw new Error('a take was refused')
  }
  const { user, system } = process.cpuUsage(before)
  return {
    processor: (user + system) / takesInRound,
    wall: ((performance.now() - began) * 1000) / (takesInRound / atOnce),
  }
}

function every(ms: number, run: () => void): () => void {
  const timer = setInterval(run, ms)
  return () => clearInterval(timer)
}

async function figuresOn(url: string): Promise<readonly Figure[]> {
  const address = readRedisUrl(url)
  if (address === undefined) throw new Error(`${url} is no URL of a Redis`)
  const settings = { ...usualRedis, address, ca: undefined, timeoutMs: 60_000 }
  const redis = await redisStore(settings, { elapsed: () => performance.now(), every, told: () => undefined })
  const works: readonly Work[] = [
    { name: 'memory', title: 'in memory', counters: memoryStore().counters, atOnce: 1 },
    { name: 'redis-alone', title: 'in Redis, one after the other', counters: redis.counters, atOnce: 1 },
    { name: 'redis-64', title: 'in Redis, 64 under way', counters: redis.counters, atOnce: 64 },
  ]
  const found = new Map<Work, Spent[]>(works.map(work => [work, []]))
  for (let round = 0; round < rounds; round++) {
    for (const work of works) {
      const spent = await once(work)
      // The first quarter warms up the just-in-time compiler.
      if (round >= rounds / 4) found.get(work)?.push(spent)
    }
  }
  redis.close()
  return works.flatMap(work => {
    const spent = found.get(work) ?? []
    const figure = (what: 'processor' | 'wall', unit: string, title: string): Figure => ({
      ...{ name: `counters/${work.name}/${what}`, title, unit, atMost: undefined },
      value: median(spent.map(each => each[what])),
    })
    return [
      figure('processor', 'µs/take', `${work.title}: processor of this process`),
      figure('wall', 'µs', `${work.title}: until the answer`),
    ]
  })
}

/** What Redis itself says that the script takes it. */
function scriptFigure(stats: string): Figure {
  const [, perCall = 'NaN'] = /^cmdstat_evalsha:.*usec_per_call=([\d.]+)/m.exec(stats) ?? []
  const title = 'in Redis: the script alone, as Redis measures it'
  return { name: 'counters/script', title, value: Number(perCall), unit: 'µs/take', atMost: undefined }
}

/** What a call pays for counting, in this process, against a Redis on the same machine; the kinds in turn. */
export async function benchCounters({ say }: Run): Promise<readonly Figures[]> {
  const missing = missingRedis()
  if (missing !== undefined) throw new Error(`needs Redis: ${missing}`)
  say(`counting in process: ${rounds} rounds`)
  const undo: (() => unknown)[] = []
  try {
    const redis = await startRedis({ after: each => undo.push(each) })
    const figures = [...(await figuresOn(redis.url)), scriptFigure(await redis.command('INFO', 'commandstats'))]
    return [{ title: 'One take of one limit, over loopback', figures }]
  } finally {
    for (const each of undo) await each()
  }
}
