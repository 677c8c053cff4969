import { z } from 'zod'
import { forward } from './forward.ts'
import { rules } from './rules.ts'
import { tokens } from './tokens.ts'

const scalar = z.union([z.string(), z.number(), z.boolean()])
const texts = z.record(z.string().min(1), z.string())

const select = z.strictObject({
  header: z
    .record(z.string().min(1), z.string())
    .transform(map => Object.fromEntries(Object.entries(map).map(([name, value]) => [name.toLowerCase(), value])))
    .optional(),
  query: texts.optional(),
  json: z.record(z.string().regex(/^\//, 'needs a JSON pointer such as /method'), scalar).optional(),
})

const without = z.array(z.string().min(1)).default([])

/** What is written for one operation; `select` tells several with the same method and path apart. */
export const operation = z.strictObject({ select: select.optional(), ...rules, forward: forward.optional(), without })
export type WrittenOperation = z.output<typeof operation>

const operations = z.record(z.string(), z.union([z.array(operation).min(1), operation.transform(one => [one])]))

/** An entry of the section `apis`. */
export const api = z.strictObject({
  /** Where it comes from; what the preset says is filled in before this is read. */
  preset: z.string().min(1).optional(),
  path: z
    .string()
    .regex(
      /^\/(?:[A-Za-z0-9._~-]+(?:\/[A-Za-z0-9._~-]+)*)?$/,
      'needs a path such as /warehouse, without a slash at its end',
    ),
  keepPath: z.boolean().default(false),
  owner: z.string().min(1).optional().describe('Who answers for it: context.api.owner of policies.'),
  tags: z.array(z.string().min(1)).default([]).describe('What it is like: context.api.tags of policies.'),
  openapi: z.string().min(1).optional(),
  errors: z
    .strictObject({
      as: z.enum(['problem', 'json']).default('problem'),
      message: z.boolean().default(false),
      error: z.enum(['text', 'object']).optional(),
    })
    .prefault({}),
  ...rules,
  tokens,
  forward: forward.optional(),
  operations: operations.optional(),
  without,
})
export type WrittenApi = z.output<typeof api>
