import { endpoint } from '@sallyport/core'
import { z } from 'zod'

const nothing = z.strictObject({})

export const getSnapshot = endpoint({
  method: 'GET',
  path: '/snapshot',
  summary: 'The rules in force: their hash, since when, and what their author was warned of',
  input: nothing,
  output: z.object({
    hash: z.string(),
    /** RFC 3339, UTC. */
    since: z.string(),
    apis: z.int(),
    operations: z.int(),
    warnings: z.array(z.string()),
  }),
  permission: 'snapshot.read',
  audit: { none: 'changes nothing' },
})

export const listOperations = endpoint({
  method: 'GET',
  path: '/operations',
  summary: 'Every operation with its rules, stage by stage',
  input: nothing,
  output: z.object({
    operations: z.array(
      z.object({
        api: z.string(),
        /** The API's own path; the operation's template stands below it. */
        path: z.string(),
        operation: z.string(),
        rules: z.record(z.string(), z.array(z.string())),
        /** The upstream's origin; absent where the gateway answers itself. */
        upstream: z.string().optional(),
      }),
    ),
  }),
  permission: 'snapshot.read',
  audit: { none: 'changes nothing' },
})
