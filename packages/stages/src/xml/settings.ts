import { z } from 'zod'
import { BadXPath, type Namespaces, requireXPath } from './xpath.ts'

const prefix = z.string().regex(/^(?!xml)[\p{L}_][\p{L}\p{N}._-]*$/u, 'needs a prefix such as h')

/** The prefixes of XPaths. Names without a prefix are in no namespace (XPath 1.0 section 2.3). */
export const namespaces = z
  .record(prefix, z.string().min(1))
  .describe('The prefixes that XPaths use, each with its namespace.')

/** One XPath or several, which are checked with the namespaces beside them. */
export const xpaths = z
  .union([z.string().transform(one => [one]), z.array(z.string()).min(1)])
  .describe('The elements that are signed: one XPath (1.0) or several, such as /order/total.')

/** What is wrong with XPaths that must lead to elements; undefined where nothing is. */
export function mistakeInElements(texts: readonly string[], declared: Namespaces): string | undefined {
  for (const text of texts) {
    try {
      const target = requireXPath(text, declared)
      if (target !== 'elements') return `${text} leads to ${target}: whole elements are signed`
    } catch (error) {
      if (!(error instanceof BadXPath)) throw error
      return `${text}: ${error.message}`
    }
  }
  return undefined
}
