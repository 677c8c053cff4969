import { type Guard, HeaderList, type HeaderPairs } from '@sallyport/core'
import { z } from 'zod'
import { guardKind } from '../kind.ts'

/** Fields by lower-case name, with their values. */
const fields: ReadonlyMap<string, readonly [name: string, value: string]> = new Map([
  ['x-content-type-options', ['X-Content-Type-Options', 'nosniff']],
  ['x-frame-options', ['X-Frame-Options', 'DENY']],
  ['referrer-policy', ['Referrer-Policy', 'strict-origin-when-cross-origin']],
])

function withFields(headers: HeaderPairs): HeaderPairs {
  const { names } = new HeaderList(headers)
  const kept = headers.filter((_, i) => !fields.has(names[i >> 1] ?? ''))
  return [...kept, ...[...fields.values()].flat()]
}

/** Tells browsers to keep within bounds, on every answer. */
export const securityHeaders = guardKind({
  kind: 'securityHeaders',
  settings: z.literal(true),
  label: () => 'defaults',
  create: (): Guard => ({ leave: withFields }),
})
