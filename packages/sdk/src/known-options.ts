import { isAddressRange } from '@sallyport/stages'
import { z } from 'zod'
import type { Rules } from './api.ts'
import type { AppOptions } from './app-options.ts'
import { isAuthorizeRule } from './authorize.ts'
import { geoOption } from './geo.ts'
import { isIdentify } from './identify.ts'
import { bodyFault, bodyFits, type Each, shape } from './known-shape.ts'

const text = z.string().min(1)
const func = z.custom<(...of: never) => unknown>(value => typeof value === 'function', 'needs a function').optional()
const members = z.record(z.string(), z.unknown())
const limitName = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/, 'needs a name of letters, digits, - and _')
/** What is judged where it is used. */
const later = z.unknown().optional()

const identify = z.custom(isIdentify, 'needs a way to tell callers, such as jwt({ … }) or anonymous')
const authorizeRule = z.custom(isAuthorizeRule, 'needs who may call, such as scopes(…) or anyone')

const rules = {
  admit: later,
  identify: identify.optional(),
  authorize: z.union([authorizeRule, z.array(authorizeRule)]).optional(),
  limit: z.record(limitName, members).optional(),
  inspect: members.optional(),
  protect: members.optional(),
} satisfies Each<Rules>

const ranges = z.array(z.string().refine(isAddressRange, 'needs an address or range, such as 10.0.0.0/8'))

const tracing = z.strictObject({
  tracer: z.custom(
    value => typeof Object(value).startActiveSpan === 'function',
    'needs a tracer, such as trace.getTracer gives',
  ),
  parents: z
    .strictObject({ from: ranges.min(1), read: z.custom(value => typeof value === 'function', 'needs a function') })
    .optional(),
})

/** To whom it is told. */
const access = z.union([
  z.literal('public'),
  z.strictObject({ identify, authorize: z.union([authorizeRule, z.array(authorizeRule).min(1)]) }),
])

const application = {
  ...rules,
  operations: z.array(z.custom(value => typeof Object(value).work === 'function', 'needs what api(…) gives')),
  name: text.optional(),
  title: text.optional(),
  version: text.optional(),
  owner: text.optional(),
  tags: z.array(text).optional(),
  errors: z
    .strictObject({
      render: func,
      message: z.boolean().optional(),
      stack: z.boolean().optional(),
      log: z.boolean().optional(),
    })
    .optional(),
  securityLog: z.strictObject({ path: text.optional(), allowed: z.boolean().optional() }).optional(),
  counters: func,
  url: later,
  secret: later,
  trustedProxies: ranges.optional(),
  geo: geoOption.optional(),
  addresses: z.enum(['known', 'unknown']).optional(),
  data: text.optional(),
  health: access.optional(),
  metrics: access.optional(),
  openapi: access.optional(),
  reference: z.union([access, z.strictObject({ access, script: z.union([text, z.instanceof(URL)]) })]).optional(),
  development: z
    .strictObject({
      environment: z.custom(
        value => typeof value === 'object' && value !== null,
        'needs an environment, such as process.env',
      ),
      output: z.custom(value => typeof Object(value).write === 'function', 'needs what can be written to').optional(),
    })
    .optional(),
  tracing: tracing.optional(),
  audit: func,
  clock: z.custom(value => typeof Object(value).now === 'function', 'needs a clock').optional(),
  record: func,
  fault: func,
} satisfies Each<AppOptions>

/** What may stand in what implements an endpoint, in an operation, and in an application. */
export const knownRules = z.strictObject(rules)
export const knownOperation = z.strictObject({ ...shape, ...rules }).refine(bodyFits, bodyFault)
export const knownApplication = z.strictObject(application)
