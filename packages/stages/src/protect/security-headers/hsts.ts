import { z } from 'zod'
import { seconds } from '../../browsers/seconds.ts'

const year = 365 * 24 * 3600

/** Strict-Transport-Security (RFC 6797 section 6.1). */
export interface Hsts {
  readonly value: string
  /** On answers without TLS too, as where a proxy before the gateway ends it. */
  readonly always: boolean
}

const written = z
  .strictObject({
    maxAge: seconds.prefault('365d'),
    includeSubDomains: z.boolean().default(false),
    preload: z.boolean().default(false),
    always: z.boolean().default(false),
  })
  .refine(({ preload, includeSubDomains, maxAge }) => !preload || (includeSubDomains && maxAge >= year), {
    message: 'browsers preload what has includeSubDomains: true and a maxAge of at least 365d',
    path: ['preload'],
  })
  .transform(({ maxAge, includeSubDomains, preload, always }): Hsts => {
    const parts = [`max-age=${maxAge}`, includeSubDomains ? 'includeSubDomains' : '', preload ? 'preload' : '']
    return { value: parts.filter(part => part !== '').join('; '), always }
  })

export const hsts = z.union([
  z.literal('off').transform(() => undefined),
  z.literal(true).transform(() => written.parse({})),
  written,
])
