import { Secret } from '@sallyport/core'
import { z } from 'zod'

/** A text that must not be seen. It may come from `${secret:…}`, `${file:…}` or `${NAME}`. */
export const secretText = z
  .string()
  .min(1)
  .transform(text => new Secret(text))
  .meta({ writeOnly: true })
