import { readDuration } from '@sallyport/core'
import { z } from 'zod'

/** Milliseconds. */
export const duration = z.string().transform((text, context) => {
  const read = readDuration(text)
  if (read !== undefined) return read
  context.addIssue({ code: 'custom', message: 'needs a duration such as 250ms, 30s, 5m or 30d' })
  return z.NEVER
})
