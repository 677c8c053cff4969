import { type RedisStoreSettings, redisFaults } from '@sallyport/store'
import type { Configuration } from '../schema/configuration.ts'
import { readAuthorities } from './authorities.ts'
import type { Compilation } from './compilation.ts'
import { warnOfLiteral } from './literal-secrets.ts'

/** Where limits are counted: undefined for this process's memory. */
export async function compileCounters(
  written: Configuration['gateway']['counters'],
  work: Compilation,
): Promise<RedisStoreSettings | undefined> {
  if (written === undefined) return undefined
  const path = ['gateway', 'counters']
  const { redis: address, allowPlainRedis, prefix, timeout: timeoutMs, lease: leaseMs, whenDown } = written
  if (address.password !== undefined) warnOfLiteral([...path, 'redis'], work)
  const ca = await readAuthorities(written.ca, [...path, 'ca'], work)
  const settings = { address, ca, prefix, timeoutMs, leaseMs, whenDown }
  for (const [option, fault] of redisFaults(settings, allowPlainRedis)) work.mistake([...path, option], fault)
  return settings
}
