import { type AuthorizeGuard, Problem } from '@sallyport/core'
import { z } from 'zod'
import { guardKind } from '../kind.ts'

/** All of the scopes are needed. */
export const scopes = guardKind({
  kind: 'scopes',
  settings: z.array(z.string().min(1)).min(1),
  label: needed => `scope ${needed.join(' and ')}`,
  create: (needed): AuthorizeGuard => ({
    scopes: needed,
    check({ principal }) {
      const missing = needed.filter(scope => !principal.scopes.has(scope))
      if (missing.length === 0) return
      const has = [...principal.scopes].join(', ') || 'none'
      throw new Problem(
        'scope-missing',
        { missing: { scopes: missing } },
        `needs scope ${missing.join(', ')}; has ${has}`,
      )
    },
  }),
})
