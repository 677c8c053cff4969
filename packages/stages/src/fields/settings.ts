import { z } from 'zod'
import { fieldsAt } from './json-fields.ts'

const jsonPath = z.string().superRefine((text, context) => {
  try {
    fieldsAt([text])
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'is no JSONPath' })
  }
})

/** One JSONPath (RFC 9535) or several. */
export const jsonPaths = z.union([jsonPath.transform(one => [one]), z.array(jsonPath).min(1)])
