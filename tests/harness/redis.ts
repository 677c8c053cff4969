// Packages can't reach the harness, and the counters' own tests need the same servers.
export { startFakeRedis } from '../../packages/store/src/testing/fake-redis.ts'
export { freePort, missingRedis, startRedis } from '../../packages/store/src/testing/redis-server.ts'
