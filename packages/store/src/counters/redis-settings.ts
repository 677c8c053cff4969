import { isExposed, type RedisAddress } from '../redis/address.ts'

export interface RedisStoreSettings {
  readonly address: RedisAddress
  /** PEM: who vouches for the server's certificate, in place of the usual authorities. */
  readonly ca: string | undefined
  /** Processes that share counters have the same. */
  readonly prefix: string
  /** Milliseconds that a call waits for its count. */
  readonly timeoutMs: number
  /** Milliseconds after which what a process held that has died is given back. */
  readonly leaseMs: number
  readonly whenDown: 'refuse' | 'memory'
}

/** What `prefix` may be. */
export const redisPrefix = /^[\w.-]{1,64}$/

/** What is usual, in milliseconds, and what keys begin with. */
export const usualRedis = { prefix: 'sallyport', timeoutMs: 250, leaseMs: 30_000, whenDown: 'refuse' } as const

/** Milliseconds: less than this, and a process that is busy for a moment would lose what it holds. */
const leaseLeastMs = 1000

/** What is wrong with settings, each with the option that it is about. */
export function redisFaults(
  { address, ca, timeoutMs, leaseMs }: RedisStoreSettings,
  allowPlainRedis: boolean,
): readonly (readonly [option: 'redis' | 'ca' | 'timeout' | 'lease', fault: string])[] {
  const exposed = 'plain Redis beyond this machine is refused: use rediss://, or allowPlainRedis: true'
  return [
    ...(isExposed(address) && !allowPlainRedis ? ([['redis', exposed]] as const) : []),
    ...(ca !== undefined && !address.encrypted ? ([['ca', 'goes with rediss://']] as const) : []),
    ...(timeoutMs > 0 ? [] : ([['timeout', 'must be more than nothing']] as const)),
    ...(leaseMs >= leaseLeastMs ? [] : ([['lease', 'must be at least 1s']] as const)),
  ]
}
