import type { HeaderPairs } from '@sallyport/core'
import { z } from 'zod'
import { requireSendable } from '../forward/request-headers.ts'

const added = z.strictObject({ headers: z.record(z.string(), z.string()).default({}) }).optional()

/**
 * Header fields with those that a module adds. It may add and not replace: what stands there is the gateway's, the caller's or the
 * upstream's. Throws where it gives anything else.
 */
export function withAdded(pairs: HeaderPairs, given: unknown): HeaderPairs {
  const fields = Object.entries(added.parse(given)?.headers ?? {})
  if (fields.length === 0) return pairs
  const standing = new Set(pairs.filter((_, i) => i % 2 === 0).map(name => name.toLowerCase()))
  for (const [name, value] of fields) {
    requireSendable(name)
    if (standing.has(name.toLowerCase())) throw new TypeError(`a module adds ${name}, which is there already`)
    if (!/^[\t\x20-\x7e]*$/.test(value)) throw new TypeError(`a module gives ${name} a value that can't be sent`)
  }
  return [...pairs, ...fields.flat()]
}
