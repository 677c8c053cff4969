import { endpoint } from '@sallyport/core'
import { z } from 'zod'

/** The policies of one rule, and where it holds. */
export const policyRule = z.object({
  rule: z.string(),
  /** What it asks, in a few words. */
  label: z.string(),
  places: z.array(z.object({ api: z.string(), operation: z.string() })),
  policies: z.array(z.object({ id: z.string(), effect: z.enum(['permit', 'forbid']) })),
})
export type PolicyRule = z.infer<typeof policyRule>

export const listPolicies = endpoint({
  method: 'GET',
  path: '/policies',
  summary: 'The policies in force, rule by rule',
  input: z.strictObject({}),
  output: z.object({ rules: z.array(policyRule) }),
  permission: 'snapshot.read',
  audit: { none: 'changes nothing' },
})
