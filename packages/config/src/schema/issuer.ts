import { claimPathSettings, listOf, secretText } from '@sallyport/stages'
import { z } from 'zod'
import { duration, httpUrl } from './values.ts'

/** Kept as it was written: an issuer is compared letter by letter (RFC 8414 section 3.3), and some end in a slash. */
const issuerUrl = z
  .string()
  .refine(text => httpUrl.safeParse(text).success, 'needs an http or https URL without user, query and fragment')

const keys = z
  .strictObject({ jwks: httpUrl.optional(), file: z.string().min(1).optional(), secret: secretText.optional() })
  .refine(({ jwks, file, secret }) => [jwks, file, secret].filter(key => key !== undefined).length === 1, {
    message: 'needs exactly one of jwks, file, secret',
  })

/** An entry of the section `issuers`: who may vouch for callers, and where its tokens say what. */
export const issuer = z
  .strictObject({
    url: issuerUrl.optional(),
    /** The claim `iss`, where it is not the URL as written. */
    issuer: z.string().min(1).optional(),
    audience: listOf(z.string().min(1)),
    keys: keys.optional(),
    /** Whether keys may come from beyond this machine without TLS. */
    allowPlainHttp: z.boolean().default(false),
    algorithms: z.array(z.string()).min(1).optional(),
    ...claimPathSettings,
    leeway: duration.optional(),
    expiry: z.enum(['required', 'optional', 'ignored']).default('required'),
    maxAge: duration.optional(),
    typ: z.string().min(1).optional(),
    subject: z.string().min(1).optional(),
    jti: z.literal('required').optional(),
    revoked: z.array(z.string()).default([]),
    require: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    idToken: z.boolean().default(false),
    atHash: z.boolean().default(false),
  })
  .refine(({ url, issuer: name }) => url !== undefined || name !== undefined, {
    message: 'needs url, or issuer: what the claim iss says (any to accept every issuer)',
  })
  .refine(({ url, keys: given }) => url !== undefined || given !== undefined, {
    message: 'needs url (whose discovery names the keys) or keys',
  })

export type WrittenIssuer = z.output<typeof issuer>
