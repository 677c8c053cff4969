import { type RedisStoreSettings, usualRedis } from '../counters/redis-settings.ts'
import { type CounterStore, redisStore, type StorePorts } from '../counters/store.ts'
import { readRedisUrl } from '../redis/address.ts'

/** The wall's clock, and a timer that keeps no process going. */
const onTheWall: Omit<StorePorts, 'told'> = {
  elapsed: () => performance.now(),
  every(ms, run) {
    const timer = setInterval(run, ms)
    timer.unref()
    return () => clearInterval(timer)
  },
}

/** Time that passes where a test says so. */
export class TestTime {
  #now = 0
  readonly #timers = new Set<() => void>()

  elapsed = (): number => this.#now

  every = (_: number, run: () => void) => {
    this.#timers.add(run)
    return () => this.#timers.delete(run)
  }

  /** Timers go off twice: what is late is given up at the second look. */
  pass(ms: number): void {
    this.#now += ms
    for (const run of [...this.#timers, ...this.#timers]) run()
  }
}

let made = 0

export interface TestStore extends CounterStore {
  /** What was told of going down and up. */
  readonly told: readonly (string | undefined)[]
}

/** Counters in a Redis, with keys that nobody has used yet, for the length of a test or file. */
export async function sharedCounters(
  t: { after(undo: () => unknown): void },
  url: string,
  { time = onTheWall, ...more }: Partial<RedisStoreSettings> & { time?: Omit<StorePorts, 'told'> } = {},
): Promise<TestStore> {
  const address = readRedisUrl(url)
  if (address === undefined) throw new TypeError(`${url} is no URL of a Redis`)
  const told: (string | undefined)[] = []
  // Answers take as long as they take on a machine that does much else.
  const patient = { timeoutMs: 60_000, prefix: `test ${made++}` }
  const store = await redisStore(
    { ...usualRedis, ca: undefined, address, ...patient, ...more },
    { ...time, told: reason => told.push(reason) },
  )
  t.after(() => store.close())
  return { ...store, told }
}
