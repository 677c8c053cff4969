import type { AuthorizeGuard } from '@sallyport/core'
import { z } from 'zod'
import { guardKind } from '../kind.ts'

/** Openness, written out: whoever was identified may call, also anonymous where identify lets it. */
export const anyone = guardKind({
  kind: 'anyone',
  settings: z.literal(true),
  label: () => 'anyone',
  create: (): AuthorizeGuard => ({
    scopes: [],
    check() {
      return
    },
  }),
})
