import { type AuthorizeGuard, Problem, type View } from '@sallyport/core'
import { z } from 'zod'
import { guardKind } from '../kind.ts'

function scopesGuard(needed: readonly string[]): AuthorizeGuard {
  const missingTo = ({ principal }: View) => needed.filter(scope => !principal.scopes.has(scope))
  return {
    scopes: needed,
    check(view) {
      const missing = missingTo(view)
      if (missing.length === 0) return
      const has = [...view.principal.scopes].join(', ') || 'none'
      throw new Problem(
        'scope-missing',
        { missing: { scopes: missing } },
        `needs scope ${missing.join(', ')}; has ${has}`,
      )
    },
    parts: {
      all: needed.map(id => ({ id, permits: false })),
      deciding: missingTo,
      without: id => scopesGuard(needed.filter(scope => scope !== id)),
    },
  }
}

/** All of the scopes are needed. */
export const scopes = guardKind({
  kind: 'scopes',
  settings: z.array(z.string().min(1)).min(1),
  label: needed => `scope ${needed.join(' and ')}`,
  create: needed => scopesGuard(needed),
})
