import type { Limit, LimitRule } from '@sallyport/core'
import { z } from 'zod'
import { conditionSettings } from '../policy/condition.ts'
import { conditionalKind } from './conditional.ts'
import { keyOf, per, perLabel } from './per.ts'

/** So many calls at the same time. */
export const concurrent = conditionalKind({
  kind: 'concurrent',
  settings: z.strictObject({ concurrent: z.int().positive(), per, when: conditionSettings.optional() }),
  label: config => `${config.concurrent} at once ${perLabel(config.per)}`,
  create: (config, _, { owner, name }): Limit => {
    const rule: LimitRule = { algorithm: 'concurrency', count: config.concurrent }
    const key = keyOf(config.per)
    const prefix = `${owner} ${name} concurrency `
    return { rule, headers: 'none', take: (call, principal) => ({ key: prefix + key(call, principal), rule, cost: 1 }) }
  },
})
