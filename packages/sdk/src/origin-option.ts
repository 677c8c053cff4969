import { z } from 'zod'

/** Scheme, host and port of a web address, as browsers write them. */
export const originOption = z
  .string()
  .refine(
    text => URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text,
    'needs scheme, host and port, and nothing else, such as https://shop.example.com',
  )
