import { type Limit, type LimitRule, readRate } from '@sallyport/core'
import { type ZodType, z } from 'zod'
import { guardKind } from '../kind.ts'
import { conditionSettings } from '../policy/condition.ts'
import { conditionalKind } from './conditional.ts'
import { keyOf, type Per, per, perBeforeIdentify, perLabel } from './per.ts'

const rate = z.string().transform((text, context) => {
  const read = readRate(text)
  if (read !== undefined) return { ...read, text }
  context.addIssue({ code: 'custom', message: 'needs a count and a window, such as 100/second, 2000/day or 5/10m' })
  return z.NEVER
})

const limitHeaders = z.enum(['standard', 'x', 'both', 'none']).default('standard')

const members = <By extends ZodType<Per>>(by: By) => ({
  allow: rate,
  per: by,
  algorithm: z.enum(['fixedWindow', 'slidingWindow', 'tokenBucket']).default('fixedWindow'),
  burst: z.int().positive().optional(),
  headers: limitHeaders,
})

interface Bursting {
  readonly algorithm: string
  readonly burst?: number | undefined
}
const burstFits = ({ algorithm, burst }: Bursting) => burst === undefined || algorithm === 'tokenBucket'
const burstFault = { message: 'burst goes with algorithm: tokenBucket', path: ['burst'] }

const settings = z.strictObject({ ...members(per), when: conditionSettings.optional() }).refine(burstFits, burstFault)

function ruleOf(config: z.output<typeof settings>): LimitRule {
  const { count, windowMs } = config.allow
  if (config.algorithm !== 'tokenBucket') return { algorithm: config.algorithm, count, windowMs }
  return { algorithm: 'tokenBucket', count, windowMs, burst: config.burst ?? count }
}

function limitOf(
  config: z.output<typeof settings>,
  { owner, name }: { readonly owner: string; readonly name: string },
): Limit {
  const rule = ruleOf(config)
  const key = keyOf(config.per)
  const prefix = `${owner} ${name} ${JSON.stringify(rule)} `
  return {
    rule,
    headers: config.headers,
    take: (call, principal) => ({ key: prefix + key(call, principal), rule, cost: 1 }),
  }
}

const labelOf = (config: z.output<typeof settings>) => `${config.allow.text} ${perLabel(config.per)}`

/** So many calls in a stretch of time. */
export const allow = conditionalKind({
  kind: 'allow',
  settings,
  label: labelOf,
  create: (config, _, rule) => limitOf(config, rule),
})

/** The same at the edge, where nobody has been identified yet. */
export const allowBeforeIdentify = guardKind({
  kind: 'allow',
  settings: z.strictObject(members(perBeforeIdentify)).refine(burstFits, burstFault),
  label: labelOf,
  create: (config, _, rule) => limitOf(config, rule),
})
