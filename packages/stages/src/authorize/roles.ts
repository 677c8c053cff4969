import { type AuthorizeGuard, Problem } from '@sallyport/core'
import { z } from 'zod'
import { guardKind } from '../kind.ts'

function rolesGuard(accepted: readonly string[]): AuthorizeGuard {
  return {
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
    parts: {
      all: accepted.map(id => ({ id, permits: true })),
      deciding: ({ principal }) => accepted.filter(role => principal.roles.has(role)),
      without: id => rolesGuard(accepted.filter(role => role !== id)),
    },
  }
}

/** One of the roles is enough. */
export const roles = guardKind({
  kind: 'roles',
  settings: z.array(z.string().min(1)).min(1),
  label: accepted => `role ${accepted.join(' or ')}`,
  create: accepted => rolesGuard(accepted),
})
