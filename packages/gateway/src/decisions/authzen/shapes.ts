import { z } from 'zod'

const text = z.string().min(1).max(8192)
const properties = z.record(z.string(), z.json()).optional()

const subject = z.object({ type: text, id: text, properties })
const action = z.object({ name: text, properties })
const resource = z.object({ type: text, id: text, properties })
const context = z.record(z.string(), z.json()).optional()

/** One question (Authorization API 1.0, section 6.1). Members that aren't known are left alone. */
export const evaluation = z.object({ subject, action, resource, context })
export type Evaluation = z.output<typeof evaluation>

/** How many of several questions are answered. */
export const semantics = ['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'] as const
export type Semantic = (typeof semantics)[number]

/** Questions of one request, at the most. */
const evaluationsMax = 100

const part = z.record(z.string(), z.json())

/** Several questions (section 7.1): each is read by itself, over the members that stand beside them. */
export const evaluations = z.object({
  evaluations: z.array(part).max(evaluationsMax).default([]),
  options: z.object({ evaluations_semantic: z.enum(semantics).default('execute_all') }).prefault({}),
})

/** What went wrong, by the places of members. Nothing that was sent is quoted. */
export const faultsIn = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => `${path.join('.') || 'the request'}: ${message}`).join('; ')
