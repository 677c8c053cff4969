import type { Counters, Ticking } from '@sallyport/core'
import { redisClients } from '../redis/client.ts'
import { RedisConnection } from '../redis/connection.ts'
import { memoryCounters } from './memory.ts'
import { greetCounters, RedisCounters } from './redis.ts'
import type { RedisStoreSettings } from './redis-settings.ts'
import { WhenDown } from './when-down.ts'

/** How counting stands. */
export interface CounterStanding {
  readonly where: 'memory' | 'redis'
  readonly isUp: boolean
  /** What is done while it isn't. */
  readonly whenDown: 'refuse' | 'memory'
  /** How often it gave no answer. */
  readonly missed: number
}

/** Where a process counts. */
export interface CounterStore {
  readonly counters: Counters
  /** For callers whom nobody knows: apart, so that they can't fill what known callers are counted in. */
  readonly edgeCounters: Counters
  /** For limits that are tried: apart, so that they take no room of those that are enforced. */
  readonly trialCounters: Counters
  standing(): CounterStanding
  close(): void
}

export interface StorePorts extends Ticking {
  /** Told why it is down, and with nothing when it is up again. */
  readonly told: (reason: string | undefined) => void
}

/** Milliseconds that reaching the server may take before anything is said. */
const connectMs = 5000
const renewalsInLease = 3

/** Counters in this process's memory. */
export function memoryStore(): CounterStore {
  return {
    counters: memoryCounters(),
    edgeCounters: memoryCounters(),
    trialCounters: memoryCounters(),
    standing: () => ({ where: 'memory', isUp: true, whenDown: 'memory', missed: 0 }),
    close: () => undefined,
  }
}

/** Counters in Redis, over one connection. It needn't be there yet: `told` hears of it. */
export async function redisStore(settings: RedisStoreSettings, ports: StorePorts): Promise<CounterStore> {
  const { prefix, leaseMs, timeoutMs, whenDown } = settings
  const clients = await redisClients({ ...settings, connectMs })
  const limits = { prefix: `{${prefix}}:limit`, leaseMs }
  const connection = new RedisConnection(clients, timeoutMs, { ...ports, greet: ask => greetCounters(ask, limits) })
  const known = new RedisCounters(connection, limits)
  const unknown = new RedisCounters(connection, { ...limits, prefix: `{${prefix}}:edge` })
  const meanwhile = () => (whenDown === 'memory' ? memoryCounters() : undefined)
  const [counters, edgeCounters] = [new WhenDown(known, meanwhile()), new WhenDown(unknown, meanwhile())]
  const trialCounters = new RedisCounters(connection, { ...limits, prefix: `{${prefix}}:shadow` })
  const stop = ports.every(Math.ceil(leaseMs / renewalsInLease), () => {
    void known.renew()
    void trialCounters.renew()
  })
  return {
    counters,
    edgeCounters,
    trialCounters,
    standing: () => ({
      ...{ where: 'redis', whenDown, isUp: connection.isUp },
      missed: counters.missed + edgeCounters.missed,
    }),
    close() {
      stop()
      connection.close()
    },
  }
}
