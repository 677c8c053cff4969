import { Secret } from '@sallyport/core'
import { z } from 'zod'

/** A secret, or its text. */
export const secretOption = z.union([
  z.instanceof(Secret),
  z
    .string()
    .min(1, 'needs a secret')
    .transform(text => new Secret(text)),
])
