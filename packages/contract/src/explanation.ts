import { cacheUses, findingModes, policyExplanation, stageNames } from '@sallyport/core'
import { z } from 'zod'

const identity = z.object({ issuer: z.string(), subject: z.string() })

/** What became of a call at one stage. `failed` is a fault of the gateway or of what it relies on; `refused` is a decision. */
export const stageReport = z.object({
  stage: z.enum(stageNames),
  verdict: z.enum(['passed', 'refused', 'failed', 'not reached']),
  /** What the stage asks of this operation, in the order of judgement. */
  rules: z.array(z.string()),
  /** The rule that refused, where one did. */
  rule: z.string().optional(),
  code: z.string().optional(),
  /** For operators only: it may name thresholds, keys and policies. */
  reason: z.string().optional(),
  /** Kind (`scopes`, `roles`) to names. */
  missing: z.record(z.string(), z.array(z.string())).optional(),
  limit: z.string().optional(),
  /** Seconds. */
  retryAfter: z.number().optional(),
  /** Of forward: what the cache did, where the route has one. */
  cache: z.enum(cacheUses).optional(),
  /** Of authorize: what policies made of the call; of one by other rules than those in force what its record holds. */
  policies: z.array(policyExplanation).optional(),
  /** What rules found and let pass: those that report, and those that are tried before they are enforced. */
  findings: z
    .array(z.object({ mode: z.enum(findingModes).optional(), rule: z.string(), code: z.string(), reason: z.string() }))
    .optional(),
})
export type StageReport = z.infer<typeof stageReport>

/** Why one call ended as it did, stage by stage. */
export const explanation = z.object({
  id: z.string(),
  /** RFC 3339, UTC. */
  time: z.string(),
  /** The rules that were in force: the snapshot's hash. */
  snapshot: z.string(),
  method: z.string(),
  path: z.string(),
  api: z.string().optional(),
  operation: z.string().optional(),
  /** What its message asked for, where the operation stands for more. */
  asked: z.array(z.string()).optional(),
  ip: z.string().optional(),
  /** Who asked about it, where somebody else forwards it. */
  door: z.string().optional(),
  caller: z.object({
    user: identity.optional(),
    application: identity.optional(),
    credential: z.object({ kind: z.string(), id: z.string() }).optional(),
  }),
  /** Absent for an imagined call that an upstream would answer. */
  status: z.int().optional(),
  outcome: z.enum(['answered', 'refused', 'failed', 'abandoned']),
  code: z.string().optional(),
  stages: z.array(stageReport),
})
export type Explanation = z.infer<typeof explanation>
