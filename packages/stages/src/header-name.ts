import { z } from 'zod'

/** A field name as RFC 9110 section 5.1 has it, in lower case as it is compared. */
export const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'needs a header name')
  .toLowerCase()
