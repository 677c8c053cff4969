import { type Limit, type LimitRule, readRate } from '@sallyport/core'
import { z } from 'zod'
import { guardKind } from '../kind.ts'
import { keyOf, per, perLabel } from './per.ts'

const rate = z.string().transform((text, context) => {
  const read = readRate(text)
  if (read !== undefined) return { ...read, text }
  context.addIssue({ code: 'custom', message: 'needs a count and a window, such as 100/second, 2000/day or 5/10m' })
  return z.NEVER
})

const limitHeaders = z.enum(['standard', 'x', 'both', 'none']).default('standard')

const settings = z
  .strictObject({
    allow: rate,
    per,
    algorithm: z.enum(['fixedWindow', 'slidingWindow', 'tokenBucket']).default('fixedWindow'),
    burst: z.int().positive().optional(),
    headers: limitHeaders,
  })
  .refine(limit => limit.burst === undefined || limit.algorithm === 'tokenBucket', {
    message: 'burst goes with algorithm: tokenBucket',
    path: ['burst'],
  })

function ruleOf(config: z.output<typeof settings>): LimitRule {
  const { count, windowMs } = config.allow
  if (config.algorithm !== 'tokenBucket') return { algorithm: config.algorithm, count, windowMs }
  return { algorithm: 'tokenBucket', count, windowMs, burst: config.burst ?? count }
}

/** So many calls in a stretch of time. */
export const allow = guardKind({
  kind: 'allow',
  settings,
  label: config => `${config.allow.text} ${perLabel(config.per)}`,
  create: (config, _, { owner, name }): Limit => {
    const rule = ruleOf(config)
    const key = keyOf(config.per)
    const prefix = `${owner} ${name} ${JSON.stringify(rule)} `
    return {
      rule,
      headers: config.headers,
      take: (call, principal) => ({ key: prefix + key(call, principal), rule, cost: 1 }),
    }
  },
})
