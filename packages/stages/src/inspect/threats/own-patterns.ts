import { RE2JS, RE2JSException } from 're2js'
import { z } from 'zod'

function compiled(pattern: string, context: z.core.$RefinementCtx): RE2JS {
  try {
    return RE2JS.compile(pattern)
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    context.addIssue({ code: 'custom', message: `is no pattern of RE2: ${error.message}`, input: pattern })
    return z.NEVER
  }
}

/** Patterns of an operator's own. They run in linear time (RE2). */
export const ownPatterns = z.array(
  z.strictObject({
    name: z.string().min(1).describe('What records call it'),
    pattern: z.string().min(1).describe('A regular expression of RE2, found anywhere in a value').transform(compiled),
  }),
)

export type OwnPattern = z.output<typeof ownPatterns>[number]
