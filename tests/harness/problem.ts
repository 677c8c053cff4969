import { z } from 'zod'

const problem = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  stage: z.string(),
  callId: z.string(),
  detail: z.string().optional(),
  limit: z.string().optional(),
  retryAfter: z.number().optional(),
  errors: z.record(z.string(), z.array(z.string())).optional(),
  missing: z.object({ scopes: z.array(z.string()).optional(), roles: z.array(z.string()).optional() }).optional(),
})

/** The problem document of a refusal (RFC 9457). Throws where the response bears none. */
export async function problemOf(response: Response): Promise<z.output<typeof problem>> {
  return problem.parse(await response.json())
}
