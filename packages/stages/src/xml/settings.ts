import { z } from 'zod'

const prefix = z.string().regex(/^(?!xml)[\p{L}_][\p{L}\p{N}._-]*$/u, 'needs a prefix such as h')

/** The prefixes of XPaths. Names without a prefix are in no namespace (XPath 1.0 section 2.3). */
export const namespaces = z
  .record(prefix, z.string().min(1))
  .describe('The prefixes that XPaths use, each with its namespace.')
