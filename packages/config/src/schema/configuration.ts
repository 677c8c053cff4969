import { z } from 'zod'
import { api } from './api.ts'
import { gateway } from './gateway.ts'
import { issuer } from './issuer.ts'

const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/, 'needs a name of letters, digits, - and _')

/** The whole of sallyport.yaml. */
export const configuration = z.strictObject({
  $schema: z.string().optional(),
  sallyport: z.literal(1),
  gateway,
  issuers: z.record(name, issuer).default({}),
  apiKeys: z.string().min(1).optional(),
  users: z.string().min(1).optional(),
  apis: z.record(name, api),
})
export type Configuration = z.output<typeof configuration>
