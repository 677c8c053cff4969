import { z } from 'zod'
import { originPattern } from '../../browsers/origins.ts'

/** Whom a feature is for: `(self)`, `()`, `*`, or a list of pages' origins (Permissions Policy section 9.1). */
const audience = z.union([
  z.literal('self').transform(() => '(self)'),
  z.literal('none').transform(() => '()'),
  z.literal('all').transform(() => '*'),
  z
    .array(z.union([z.literal('self'), originPattern.transform(origin => JSON.stringify(origin))]))
    .transform(list => `(${list.join(' ')})`),
])

/** A Permissions-Policy as a map of features; browsers pass over those that they don't know. */
export const permissions = z
  .record(z.string().regex(/^[a-z][a-z0-9-]*$/, 'needs the name of a feature, such as geolocation'), audience)
  .refine(features => Object.keys(features).length > 0, 'needs a feature')
  .transform(features =>
    Object.entries(features)
      .map(([feature, list]) => `${feature}=${list}`)
      .join(', '),
  )
