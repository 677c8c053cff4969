export { type MemoryCounters, memoryCounters } from './counters/memory.ts'
export { type RedisStoreSettings, redisFaults, redisPrefix, usualRedis } from './counters/redis-settings.ts'
export { countersHealth, countersReady } from './counters/standing.ts'
export {
  type CounterStanding,
  type CounterStore,
  memoryStore,
  redisStore,
  type StorePorts,
} from './counters/store.ts'
export { type RedisAddress, readRedisUrl } from './redis/address.ts'
export { memorySessions } from './sessions/memory.ts'
