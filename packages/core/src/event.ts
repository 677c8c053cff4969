import { z } from 'zod'
import { callFacts, policyVerdict } from './call-facts.ts'
import { stageNames } from './stage-names.ts'

const identity = z.strictObject({ issuer: z.string(), subject: z.string() })

/**
 * What a cache did for a call. `hit`: no upstream was asked. `validated`: it said that what was kept still holds. `stale`: it failed, so
 * that an answer served whose time was over. `miss`: it answered anew. `bypassed`: the call is of a kind that is never kept.
 */
export const cacheUses = ['hit', 'validated', 'stale', 'miss', 'bypassed'] as const
export type CacheUse = (typeof cacheUses)[number]

/**
 * Why a rule that finds something lets the call pass: it is there to report, for good, or it is tried before it is enforced. Records that
 * were written before rules could be tried don't say; those reported.
 */
export const findingModes = ['report', 'shadow'] as const

const finding = z.strictObject({
  mode: z.enum(findingModes).optional(),
  stage: z.enum(stageNames),
  rule: z.string(),
  /** What the rule would have refused with; of one that is tried also `request-changed`, `answer-changed` and `not-judged`. */
  code: z.string(),
  reason: z.string(),
})

/** What a rule found against a call that it lets pass, as it was told to. */
export type Finding = z.infer<typeof finding>

/** What happened to one call: written once, when its body has ended, failed or been abandoned. */
export const callEvent = z.strictObject({
  id: z.string(),
  /** RFC 3339, UTC, milliseconds. */
  time: z.string(),
  /** The rules in force: `Snapshot.hash`. */
  snapshot: z.string(),
  /** The door at which another gateway asked about it. */
  door: z.string().optional(),
  method: z.string(),
  /** The normalised path, or what could be read of it; never the query. */
  path: z.string(),
  host: z.string().optional(),
  ip: z.string().optional(),
  /** The client's own id for the call, if it sent one. */
  clientId: z.string().optional(),
  api: z.string().optional(),
  operation: z.string().optional(),
  /** What its message asked for, where its operation stands for more by a `*`: `tools/call search_items`. */
  asked: z.array(z.string()).optional(),
  /** The rules of the operation, stage by stage, in the order in which they are judged. */
  rules: z.record(z.string(), z.array(z.string())).optional(),
  user: identity.optional(),
  application: identity.optional(),
  credential: z.strictObject({ kind: z.string(), id: z.string() }).optional(),
  status: z.int(),
  outcome: z.enum(['answered', 'refused', 'failed', 'abandoned']),
  /** Present where the call was refused or failed. */
  refusal: z
    .strictObject({
      stage: z.enum(stageNames),
      rule: z.string().optional(),
      code: z.string(),
      reason: z.string(),
      missing: z.record(z.string(), z.array(z.string())).optional(),
      limit: z.string().optional(),
      retryAfter: z.number().optional(),
      /** What it warns of. */
      alert: z.enum(['canary-used']).optional(),
    })
    .optional(),
  /** What rules found that report, or are tried. */
  findings: z.array(finding).optional(),
  /** What policies made of the call, in the order of judgement; rules that weren't asked are left out. */
  policies: z.array(policyVerdict).optional(),
  /** What they judged by. Present where policies stand on the way of the call. */
  facts: callFacts.optional(),
  /** Milliseconds from arrival to the last byte, and of that waiting for the upstream's header. */
  totalMs: z.number(),
  upstreamMs: z.number().optional(),
  /** Present where answers of the route are kept and the call reads. */
  cache: z.enum(cacheUses).optional(),
  bytesIn: z.number(),
  bytesOut: z.number(),
})

export type CallEvent = z.infer<typeof callEvent>
