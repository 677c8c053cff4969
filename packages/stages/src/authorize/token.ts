import { type AuthorizeGuard, Problem } from '@sallyport/core'
import { z } from 'zod'
import { guardKind } from '../kind.ts'

/** What the caller's own token permits is all that is asked. That it permits the call is judged wherever a token is taken. */
export const token = guardKind({
  kind: 'token',
  settings: z.literal(true),
  label: () => 'what the token permits',
  create: (): AuthorizeGuard => ({
    scopes: [],
    check({ principal }) {
      if (principal.grant !== undefined) return
      throw new Problem('not-permitted', {}, 'the caller has no token that says what it permits')
    },
  }),
})
