import { endpoint } from '@sallyport/core'
import { z } from 'zod'

export const getApi = endpoint({
  method: 'GET',
  path: '/apis/{api}',
  summary: 'How one API is called through this gateway, and what it has',
  input: z.strictObject({ api: z.string().min(1).max(256) }),
  output: z.object({
    name: z.string(),
    /** What its paths stand below: `http://127.0.0.1:8080/github`. */
    url: z.string(),
    /** The preset that it was made of. */
    preset: z.string().optional(),
    /** `METHOD /path/{template}`, each once; `*` for any method. Behind it what messages ask for, where that tells operations: `POST /mcp tools/call search`. */
    operations: z.array(z.string()),
  }),
  permission: 'snapshot.read',
  audit: { none: 'changes nothing' },
})
