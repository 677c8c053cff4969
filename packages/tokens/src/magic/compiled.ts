import { BadPattern, TemplateError } from '@sallyport/core'
import { type ZodType, z } from 'zod'
import { BadKey } from '../verification-key.ts'
import { BadSchema } from './body-schema.ts'

/** What compiling may find wrong with what was written; anything else is a fault of ours. */
const faults = [BadPattern, BadSchema, BadKey, TemplateError, RangeError] as const

/** A value that is compiled as it is read; what can't be is an issue with the compiler's words. */
export function compiled<Written, Made>(written: ZodType<Written>, compile: (value: Written) => Made) {
  return written.transform((value, context): Made => {
    try {
      return compile(value)
    } catch (error) {
      if (!faults.some(fault => error instanceof fault)) throw error
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : '' })
      return z.NEVER
    }
  })
}
