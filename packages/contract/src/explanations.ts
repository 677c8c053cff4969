import { endpoint, readAsks } from '@sallyport/core'
import { z } from 'zod'
import { explanation } from './explanation.ts'

function isReadable(asks: string): boolean {
  try {
    readAsks(asks)
    return true
  } catch {
    return false
  }
}

const name = z.string().min(1).max(256)
const token = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/, 'needs a token (RFC 9110 section 5.6.2)')
const fieldValue = z
  .string()
  .max(8192)
  .regex(/^[\x20-\x7e\x80-\xff\t]*$/, 'needs visible characters')

const claimText = z.string().max(8192)
const claim = z.union([claimText, z.number(), z.boolean(), z.array(claimText).max(1000)])

/** Who is to be imagined as the caller, without any credential. A known user's rights are theirs unless others are given. */
export const imaginedCaller = z.strictObject({
  user: name.optional(),
  application: name.optional(),
  scopes: z.array(name).max(1000).optional(),
  roles: z.array(name).max(1000).optional(),
  groups: z.array(name).max(1000).optional(),
  /** By the names under which issuers declare them. What is given as text is read as what they were declared to be. */
  claims: z.record(name, claim).optional(),
})
export type ImaginedCaller = z.infer<typeof imaginedCaller>

/** A call that is not made. */
export const imaginedCall = z
  .strictObject({
    method: token,
    /** With the query, as it would stand on the request line. */
    path: z
      .string()
      .max(8192)
      .regex(/^\/[!-~]*$/, 'needs a path that begins with / and holds visible ASCII'),
    headers: z.record(token, fieldValue).optional(),
    /** What its message asks for, where operations are told by that: `tools/call search_items`. */
    asks: z.string().max(4096).refine(isReadable, 'needs what messages ask for, such as tools/call NAME').optional(),
    /** Put where the operation reads its credentials. */
    credential: z.string().min(1).max(16_384).optional(),
    as: imaginedCaller.optional(),
    at: z.iso.datetime({ offset: true }).optional(),
    ip: z.union([z.ipv4(), z.ipv6()], 'needs an IP address').optional(),
  })
  .refine(call => call.credential === undefined || call.as === undefined, {
    message: 'excludes credential: a call has the one or the other',
    path: ['as'],
  })
export type ImaginedCall = z.infer<typeof imaginedCall>

/** What the upstream would be asked: names of fields and parameters, never their values. */
export const imaginedRequest = z.object({
  method: z.string(),
  url: z.string(),
  parameters: z.array(z.string()),
  headers: z.array(z.string()),
})
export type ImaginedRequest = z.infer<typeof imaginedRequest>

export const explainCall = endpoint({
  method: 'POST',
  path: '/explanations',
  summary: 'What would become of a call: judged by the rules in force, counted nowhere, sent to nobody',
  input: imaginedCall,
  output: z.object({
    explanation,
    request: imaginedRequest.optional(),
    /** What can't be known of a call that isn't made, a sentence each. */
    unknown: z.array(z.string()),
  }),
  permission: 'calls.imagine',
  audit: { none: 'changes nothing' },
})
