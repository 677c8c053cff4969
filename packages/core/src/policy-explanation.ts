import { z } from 'zod'

/** Values that a condition was judged by: `is` as policies write it, null where the call had none. */
const used = z.object({ of: z.string(), is: z.string().nullable() })

/**
 * One condition of a policy. `error`: it could not be evaluated. `unknown`: the record doesn't hold what it asks for. `not reached`: a
 * condition before it was not true.
 */
export const policyCondition = z.object({
  text: z.string(),
  state: z.enum(['true', 'false', 'error', 'unknown', 'not reached']),
  reason: z.string().optional(),
  values: z.array(used),
})
export type PolicyCondition = z.infer<typeof policyCondition>

/** What one policy made of a call. */
export const policyReport = z.object({
  id: z.string(),
  effect: z.enum(['permit', 'forbid']),
  state: z.enum(['held', 'not held', 'error', 'unknown']),
  conditions: z.array(policyCondition),
})
export type PolicyReport = z.infer<typeof policyReport>

/** A stretch of days on the clock that policies read: 1 is Monday, `to` is the first moment outside, `24:00` the day's end. */
const timeWindow = z.object({ weekdays: z.array(z.int()), from: z.string(), to: z.string() })
export type TimeWindow = z.infer<typeof timeWindow>

const claimValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()])

/** One thing that would have to be otherwise for a call to pass. Null: it would have to be missing. */
export const policyChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['scope', 'role', 'group']), name: z.string(), has: z.boolean() }),
  z.object({ kind: z.enum(['claim', 'header', 'query', 'parameter']), name: z.string(), value: claimValue }),
  z.object({ kind: z.literal('country'), value: z.string().nullable() }),
  z.object({ kind: z.literal('address'), value: z.string() }),
  /** `at` is the first such moment (RFC 3339); `windows` those of a week, where the date doesn't matter. */
  z.object({ kind: z.literal('time'), at: z.string(), zone: z.string(), windows: z.array(timeWindow) }),
  /** `User`, or `User::"ann"`. */
  z.object({ kind: z.literal('caller'), value: z.string() }),
  z.object({ kind: z.literal('credential'), value: z.string() }),
])
export type PolicyChange = z.infer<typeof policyChange>

/** Why the policies of one rule let a call pass or refuse it. */
export const policyExplanation = z.object({
  /** The rule's name. */
  rule: z.string(),
  /** Undefined where too little of the call is known. */
  allowed: z.boolean().optional(),
  /** Those that the operation and the resource fit. */
  policies: z.array(policyReport),
  /** Each a set of changes that would let a refused call pass, and none of them without the others; the smallest first. */
  missing: z.array(z.array(policyChange)),
})
export type PolicyExplanation = z.infer<typeof policyExplanation>
