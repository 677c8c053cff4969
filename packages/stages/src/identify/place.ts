import type { Place } from '@sallyport/core'
import { z } from 'zod'

/** A field name as RFC 9110 section 5.1 has it, in lower case as it is compared. */
export const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'needs a header name')
  .toLowerCase()

const settings = {
  header: headerName.optional(),
  scheme: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]*$/, 'needs a scheme such as Bearer')
    .toLowerCase()
    .optional(),
  query: z.string().min(1).optional(),
  cookie: z.string().min(1).optional(),
}

/** Where a credential is read: members of a method's settings. */
export const placeSettings = settings

interface PlaceSettings {
  readonly header?: string | undefined
  readonly scheme?: string | undefined
  readonly query?: string | undefined
  readonly cookie?: string | undefined
}

/** The places that were asked for; `usual` where none was. Only Authorization has a scheme by itself. */
export function placesOf({ header, scheme, query, cookie }: PlaceSettings, usual: string): Place[] {
  const places: Place[] = []
  const name = header ?? (query === undefined && cookie === undefined ? usual : undefined)
  if (name !== undefined) {
    places.push({ in: 'header', name, scheme: scheme ?? (name === 'authorization' ? 'bearer' : undefined) })
  }
  if (query !== undefined) places.push({ in: 'query', name: query })
  if (cookie !== undefined) places.push({ in: 'cookie', name: cookie })
  return places
}

export function placesLabel(places: readonly Place[]): string {
  return places.map(place => `${place.in} ${place.name}`).join(' or ')
}
