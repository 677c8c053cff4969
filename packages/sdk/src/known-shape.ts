import { z } from 'zod'
import type { Shape } from './endpoint.ts'
import { Media } from './media.ts'
import type { Schema } from './schema.ts'

/** One reading for every option that the type has: a new one that is left out here doesn't compile. */
export type Each<Options> = Readonly<Record<keyof Options, z.ZodType>>

const text = z.string().min(1)

const isSchema = (value: unknown): value is Schema => typeof Object(Object(value)['~standard']).validate === 'function'
const schemaNeeded = 'needs a schema of a library that speaks Standard Schema'
const schema = z.custom(isSchema, schemaNeeded)
const sent = z.custom(
  value => isSchema(value) || (value instanceof Media && value.form !== 'stream'),
  `${schemaNeeded}, text or bytes`,
)
const answered = z.custom(value => isSchema(value) || value instanceof Media, `${schemaNeeded}, text, bytes or stream`)

/** Statuses whose answers have no body (RFC 9110 section 15). */
const bodiless: readonly number[] = [204, 205, 304]

const status = z.int().min(200).max(599)
const withBody = z
  .string()
  .regex(/^[2-5]\d\d$/, 'needs a status from 200 to 599')
  .refine(text => !bodiless.includes(Number(text)), 'has no body (RFC 9110 section 15)')

const audited = { params: z.array(text).optional() }
const audit = z.union([
  z.strictObject({ writes: text, ...audited }),
  z.strictObject({ reads: text, ...audited }),
  z.strictObject({ none: text }),
])

export const shape = {
  summary: text.optional(),
  description: text.optional(),
  tags: z.array(text).optional(),
  params: schema.optional(),
  query: schema.optional(),
  headers: schema.optional(),
  body: sent.optional(),
  response: answered.optional(),
  status: status.optional(),
  audit: audit.optional(),
  responses: z.record(withBody, answered).optional(),
} satisfies Each<Shape>

interface Answered {
  readonly response?: unknown
  readonly status?: number | undefined
}

/** Whether a status has the body that is declared for it. */
export const bodyFits = ({ response, status: given = 200 }: Answered): boolean =>
  response === undefined || !bodiless.includes(given)
export const bodyFault = { message: 'has no body (RFC 9110 section 15), which response declares', path: ['status'] }

/** What may stand in an endpoint. */
export const knownShape = z.strictObject(shape).refine(bodyFits, bodyFault)
