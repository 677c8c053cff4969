import type { Json, TokenPolicy } from '@sallyport/core'
import { BadConstraint, longestLifeSeconds, partsMax, partsUsual, readPermission } from '@sallyport/tokens'
import { z } from 'zod'
import { duration, time } from './values.ts'

const longestMs = longestLifeSeconds * 1000

/** The section `tokens` of an API: what it asks of magic tokens, beside what they say themselves. */
export const tokens = z
  .strictObject({
    from: time.default(0),
    longest: duration
      .refine(ms => ms >= 1000 && ms <= longestMs, 'needs at least 1s and at most 1825d')
      .default(longestMs),
    parts: z.int().min(1).max(partsMax).default(partsUsual),
    allowed: z.array(z.string()).optional(),
    permit: z.array(z.custom<Json>()).optional(),
  })
  .transform(({ from, longest, parts, allowed, permit }, context): TokenPolicy => {
    const widest = { ...(allowed && { allowed }), ...(permit && { permit }) }
    try {
      readPermission(widest)
    } catch (error) {
      if (!(error instanceof BadConstraint)) throw error
      context.addIssue({ code: 'custom', message: error.message, path: error.path.split('.') })
      return z.NEVER
    }
    return { from, longestMs: longest, parts, widest }
  })
  .prefault({})
