import { z } from 'zod'
import { headerName } from '../../header-name.ts'
import { policy, takesNonce } from './csp.ts'
import { hsts } from './hsts.ts'
import { permissions } from './permissions.ts'

/** One of these values, or `off` for no such field. */
const oneOf = <const Values extends readonly [string, ...string[]]>(...values: Values) =>
  z.union([z.literal('off').transform(() => undefined), z.enum(values)])

const referrerPolicies = [
  ...(['no-referrer', 'no-referrer-when-downgrade', 'origin', 'origin-when-cross-origin', 'same-origin'] as const),
  ...(['strict-origin', 'strict-origin-when-cross-origin', 'unsafe-url'] as const),
] as const

const written = z
  .strictObject({
    csp: policy.optional(),
    cspReportOnly: policy.optional(),
    /** A nonce for each answer, in the policies and told to the backend. */
    nonce: z.boolean().default(false),
    hsts: hsts.prefault(true),
    contentTypeOptions: oneOf('nosniff').prefault('nosniff'),
    frameOptions: oneOf('DENY', 'SAMEORIGIN').prefault('DENY'),
    xssProtection: oneOf('0', '1', '1; mode=block').optional(),
    referrerPolicy: oneOf(...referrerPolicies).prefault('strict-origin-when-cross-origin'),
    permissionsPolicy: permissions.optional(),
    openerPolicy: oneOf('same-origin', 'same-origin-allow-popups', 'noopener-allow-popups', 'unsafe-none').optional(),
    embedderPolicy: oneOf('require-corp', 'credentialless', 'unsafe-none').optional(),
    resourcePolicy: oneOf('same-origin', 'same-site', 'cross-origin').optional(),
    /** Fields that stay as the backend sends them, where it does. */
    keep: z.array(headerName).default([]),
  })
  .refine(({ nonce, csp, cspReportOnly }) => !nonce || takesNonce(csp) || takesNonce(cspReportOnly), {
    message: "a nonce needs script-src or style-src in csp, and neither may be 'none'",
    path: ['nonce'],
  })

export const settings = z.union([z.literal(true).transform(() => written.parse({})), written])

export type Settings = z.output<typeof settings>
