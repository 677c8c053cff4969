import { readRedisUrl, redisPrefix, usualRedis } from '@sallyport/store'
import { z } from 'zod'
import { duration } from './values.ts'

const such =
  'needs the URL of a Redis, such as redis://127.0.0.1:6379 or rediss://user:password@counters.example.com:6380/0'

/** May hold a password, so it is never shown. */
const redisUrl = z
  .string()
  .transform((text, context) => {
    const address = readRedisUrl(text)
    if (address !== undefined) return address
    context.addIssue({ code: 'custom', message: such })
    return z.NEVER
  })
  .meta({ writeOnly: true })

/** Where limits are counted, where that isn't the gateway's own memory. */
export const counters = z.strictObject({
  redis: redisUrl,
  /** PEM file. */
  ca: z.string().min(1).optional(),
  allowPlainRedis: z.boolean().default(false),
  whenDown: z.enum(['refuse', 'memory']).default(usualRedis.whenDown),
  /** Gateways with the same prefix count together. */
  prefix: z.string().regex(redisPrefix, 'needs a name of letters, digits, ., - and _').default(usualRedis.prefix),
  timeout: duration.prefault(`${usualRedis.timeoutMs}ms`),
  /** How long what a gateway held that has died stays taken. */
  lease: duration.prefault(`${usualRedis.leaseMs / 1000}s`),
})
