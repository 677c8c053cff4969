import type { Guard } from '@sallyport/core'
import { z } from 'zod'
import { guardKind } from '../kind.ts'

/** The body, where there is one, is strict JSON within the limits of `admit.json`. */
export const json = guardKind({
  kind: 'json',
  settings: z.literal(true),
  label: () => 'strict',
  create: (): Guard => ({
    needs: ['body'],
    async check(view, site) {
      await site.body?.(view)
    },
  }),
})
