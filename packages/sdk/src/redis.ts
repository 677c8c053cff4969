import { readDuration } from '@sallyport/core'
import {
  type CounterStore,
  readRedisUrl,
  redisFaults,
  redisPrefix,
  redisStore,
  type StorePorts,
  usualRedis,
} from '@sallyport/store'
import { z } from 'zod'
import { declared } from './declared.ts'

export interface RedisOptions {
  /** PEM: who vouches for the server's certificate, in place of the usual authorities. */
  readonly ca?: string
  /** Whether `redis://` may lead beyond this machine, where anybody on the way reads and changes counts. */
  readonly allowPlainRedis?: boolean
  /** While Redis is down: `refuse` calls that would be counted, which is usual, or count in `memory`, each process alone. */
  readonly whenDown?: 'refuse' | 'memory'
  /** Applications with the same prefix and name count together: `sallyport` unless given. */
  readonly prefix?: string
  /** How long a call waits for its count: `250ms` unless given. */
  readonly timeout?: string
  /** How long what a process held that has died stays taken: `30s` unless given. */
  readonly lease?: string
}

const known = z.strictObject({
  ca: z.string().min(1).optional(),
  allowPlainRedis: z.boolean().optional(),
  whenDown: z.enum(['refuse', 'memory']).optional(),
  prefix: z.string().optional(),
  timeout: z.string().optional(),
  lease: z.string().optional(),
} satisfies Record<keyof RedisOptions, z.ZodType>)

/** Where an application counts. */
export type CountersRule = (ports: StorePorts) => Promise<CounterStore>

function milliseconds(option: string, text: string | undefined, usual: number): number {
  const ms = text === undefined ? usual : readDuration(text)
  if (ms === undefined) throw new TypeError(`counters.${option}: needs a duration such as 250ms or 30s`)
  return ms
}

/** Counters that all processes with one Redis share: `redis://user:password@host:6379/0`, `rediss://` with TLS. Throws TypeError. */
export function redis(url: string, options: RedisOptions = {}): CountersRule {
  declared('counters', known, options)
  const { ca, allowPlainRedis = false, whenDown = usualRedis.whenDown, prefix = usualRedis.prefix } = options
  const address = readRedisUrl(url)
  if (address === undefined) throw new TypeError('counters: needs the URL of a Redis, such as redis://127.0.0.1:6379')
  if (!redisPrefix.test(prefix)) throw new TypeError('counters.prefix: needs a name of letters, digits, ., - and _')
  const timeoutMs = milliseconds('timeout', options.timeout, usualRedis.timeoutMs)
  const leaseMs = milliseconds('lease', options.lease, usualRedis.leaseMs)
  const settings = { address, ca, prefix, timeoutMs, leaseMs, whenDown }
  const [wrong] = redisFaults(settings, allowPlainRedis)
  if (wrong !== undefined) throw new TypeError(`counters.${wrong[0]}: ${wrong[1]}`)
  return ports => redisStore(settings, ports)
}
