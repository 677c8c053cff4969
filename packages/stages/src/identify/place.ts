import type { Place } from '@sallyport/core'
import { z } from 'zod'
import { headerName } from '../header-name.ts'

/** Where a credential is read: members of a method's settings. */
export const placeSettings = {
  header: headerName.optional(),
  scheme: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]*$/, 'needs a scheme such as Bearer')
    .toLowerCase()
    .optional(),
  query: z
    .string()
    .regex(/^[!#-[\]-~]+$/, 'needs the name of a query parameter, visible ASCII without quotes and backslashes')
    .optional(),
  cookie: z
    .string()
    .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'needs the name of a cookie')
    .optional(),
}

interface PlaceSettings {
  readonly header?: string | undefined
  readonly scheme?: string | undefined
  readonly query?: string | undefined
  readonly cookie?: string | undefined
}

/** A scheme without a header to stand in would be passed over in silence. */
export const hasHeaderForScheme = ({ header, scheme, query, cookie }: PlaceSettings): boolean =>
  scheme === undefined || header !== undefined || (query === undefined && cookie === undefined)

export const schemeWithoutHeader = {
  message: 'scheme goes with header: queries and cookies have none',
  path: ['scheme'],
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

/** The scheme that a challenge names: that of the header which is read, for elsewhere there is none, Bearer (RFC 6750). */
export function challengeScheme(places: readonly Place[]): string {
  const [place] = places
  const scheme = place?.in === 'header' ? (place.scheme ?? 'bearer') : 'bearer'
  return scheme.charAt(0).toUpperCase() + scheme.slice(1)
}
