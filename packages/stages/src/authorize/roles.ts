import { type AuthorizeGuard, Problem } from '@sallyport/core'
import { z } from 'zod'
import { guardKind } from '../kind.ts'

/** One of the roles is enough. */
export const roles = guardKind({
  kind: 'roles',
  settings: z.array(z.string().min(1)).min(1),
  label: accepted => `role ${accepted.join(' or ')}`,
  create: (accepted): AuthorizeGuard => ({
    scopes: [],
    check({ principal }) {
      if (accepted.some(role => principal.roles.has(role))) return
      const has = [...principal.roles].join(', ') || 'none'
      throw new Problem(
        'role-missing',
        { missing: { roles: accepted } },
        `needs role ${accepted.join(' or ')}; has ${has}`,
      )
    },
  }),
})
