import type { UpstreamCredential } from '@sallyport/core'
import { secretText } from '@sallyport/stages'
import { z } from 'zod'
import { duration, httpUrl, size } from './values.ts'

const single = (what: string) =>
  z.record(z.string().min(1), secretText).transform((map, context) => {
    const [entry, more] = Object.entries(map)
    if (entry !== undefined && more === undefined) return { name: entry[0], value: entry[1] }
    context.addIssue({
      code: 'custom',
      message: `needs one ${what} and its value, such as { X-API-Key: "\${secret:key}" }`,
    })
    return z.NEVER
  })

const credential = z
  .strictObject({
    header: single('header').optional(),
    query: single('parameter').optional(),
    basic: z
      .strictObject({ username: z.string().regex(/^[^:]*$/, 'must not hold a colon'), password: secretText })
      .optional(),
    bearer: secretText.optional(),
  })
  .transform((written, context): UpstreamCredential => {
    const { header, query, basic, bearer } = written
    const given: UpstreamCredential[] = []
    if (header !== undefined) given.push({ kind: 'header', ...header })
    if (query !== undefined) given.push({ kind: 'query', ...query })
    if (basic !== undefined) given.push({ kind: 'basic', ...basic })
    if (bearer !== undefined) given.push({ kind: 'bearer', token: bearer })
    const [only, more] = given
    if (only !== undefined && more === undefined) return only
    context.addIssue({ code: 'custom', message: 'needs exactly one of header, query, basic, bearer' })
    return z.NEVER
  })

const timeouts = z
  .strictObject({
    connect: duration.prefault('5s'),
    headers: duration.prefault('30s'),
    body: duration.prefault('30s'),
    whole: duration.prefault('1h'),
  })
  .prefault({})

/** Answers to GET that are kept and given again, as far as the upstream allows (RFC 9111). */
const cache = z.strictObject({
  /** How long an answer is fresh of which the upstream says nothing. */
  ttl: duration.optional(),
  /** Bytes that a kept answer may have. */
  maxBody: size.prefault('1MiB'),
  /** How long after its time an answer serves while the upstream fails, unless that says otherwise. */
  staleIfError: duration.optional(),
  /** Whether callers at all addresses share answers though the upstream doesn't say that they are for everybody. */
  anyAddress: z.boolean().default(false),
})

/** The section `forward`: who answers, and with which credential. */
export const forward = z.strictObject({
  to: httpUrl,
  /** PEM file. */
  ca: z.string().min(1).optional(),
  allowPlainHttp: z.boolean().default(false),
  /** `sealed`: the one that the caller's magic token carries. */
  credential: z.union([z.literal('sealed'), credential]).optional(),
  caller: z.strictObject({ header: z.string().regex(/^[A-Za-z0-9-]+$/, 'needs a header name') }).optional(),
  timeouts,
  pass: z.array(z.string().min(1).toLowerCase()).default([]),
  connections: z.int().positive().default(256),
  /** Bytes of an answer that rules may read. */
  maxAnswer: size.prefault('10MiB'),
  /** Off unless it is written: `true`, or what is to be otherwise. */
  cache: z
    .union([z.literal(false).transform(() => undefined), z.literal(true).transform(() => cache.parse({})), cache])
    .optional(),
})

export type WrittenForward = z.output<typeof forward>
