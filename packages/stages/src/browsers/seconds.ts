import { readDuration } from '@sallyport/core'
import { z } from 'zod'

/** A stretch of time in whole seconds, as fields of HTTP have it. */
export const seconds = z.string().transform((text, context) => {
  const ms = readDuration(text)
  if (ms !== undefined && ms % 1000 === 0) return ms / 1000
  context.addIssue({ code: 'custom', message: 'needs a duration of whole seconds such as 30s, 1h or 365d' })
  return z.NEVER
})
